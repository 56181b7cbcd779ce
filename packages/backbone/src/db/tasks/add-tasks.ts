import type { Work } from '../commit.ts'
import { fragments } from '../dialect/fragments.ts'
import { NotUniqueError } from '../errors.ts'
import { newId } from '../new-id.ts'
import type { Db } from '../schema.ts'
import type { Insert } from '../write.ts'
import { remindersText, sortedLabels } from './decide.ts'
import { recordOf } from './record.ts'
import type { TaskRow } from './task.ts'
import { nextWake } from './wake.ts'

export interface NewTask {
  title: string
  description?: string | null
  assignee: string
  dueAt?: Date | null
  remindBefore?: readonly string[]
  labels?: readonly string[]
  externalRef?: string | null
  /** The principal that creates it. */
  actor: string
  /** Whose task it is, when that is not the actor: the owner of the key that creates it. */
  createdBy?: string
  /** Domain time. */
  now: Date
  traceparent?: string | undefined
}

/**
 * Adds a task, Pending, with its first log row and its `task.created`. Refuses with NotUniqueError
 * (`tasks_external_ref_key`) when its externalRef is taken.
 */
export const addTask: Work<NewTask, TaskRow> = {
  // Its id is its own, so that only the reference can be somebody else's.
  keys: ({ externalRef }) => (externalRef == null ? [] : [`tasks_external_ref/${externalRef}`]),

  async decide(db, tasks) {
    const taken = await takenReferences(db, tasks)
    return tasks.map((task) => {
      if (task.externalRef != null && taken.has(task.externalRef)) return { error: new NotUniqueError('tasks_external_ref_key', undefined) }
      const output = newRow(task)
      const { labels, ...row } = output
      const story = { action: 'created' } as const
      const record = { before: null, after: output, story, actor: task.actor, now: task.now, traceparent: task.traceparent }
      return { output, write: { inserts: [{ table: 'tasks', row }, ...labelInserts(row.id, labels), ...recordOf(record)] } }
    })
  },
}

/** Asked before they are written: a violated constraint would fail everybody who is written together with it. */
async function takenReferences(db: Db, tasks: readonly NewTask[]): Promise<Set<string | null>> {
  const wanted = tasks.flatMap(({ externalRef }) => externalRef ?? [])
  if (wanted.length === 0) return new Set()
  const isWanted = fragments(db).anyOf('tasks', 'external_ref', wanted)
  const rows = await db.selectFrom('tasks').select('external_ref').where(isWanted).execute()
  return new Set(rows.map((row) => row.external_ref))
}

function newRow(task: NewTask): TaskRow {
  const { now } = task
  const row = {
    // From domain time, so that the order of ids is the order of creation in a replay too.
    id: newId(now),
    title: task.title,
    description: task.description ?? null,
    status: 'Pending' as const,
    assignee: task.assignee,
    created_by: task.createdBy ?? task.actor,
    due_at: task.dueAt ?? null,
    remind_before: remindersText(task.remindBefore ?? []),
    external_ref: task.externalRef ?? null,
    version: 1,
    wake_at: null,
    // Reminders before this instant are skipped: nobody was waiting for them.
    fired_until: now,
    started_at: null,
    completed_at: null,
    deadline_passed_at: null,
    created_at: now,
    updated_at: now,
    deleted_at: null,
    labels: sortedLabels(task.labels ?? []),
  }
  return { ...row, wake_at: nextWake(row) }
}

export function labelInserts(taskId: string, labels: readonly string[]): Insert[] {
  return labels.map((label) => ({ table: 'task_labels', row: { task_id: taskId, label } }))
}
