import { v7 as uuidv7 } from 'uuid'
import type { Trx } from '../schema.ts'
import { remindersText, sortedLabels } from './decide.ts'
import { recordChanges } from './record.ts'
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
  /** Domain time. */
  now: Date
  traceparent?: string | undefined
}

/**
 * Adds tasks, each Pending with its first log row and its `task.created`. Throws NotUniqueError
 * (`tasks_external_ref_key`) when an externalRef is taken: then none of them was added.
 */
export async function addTasks(trx: Trx, tasks: readonly NewTask[]): Promise<TaskRow[]> {
  const rows = tasks.map(newRow)
  if (rows.length === 0) return rows
  await trx
    .insertInto('tasks')
    .values(rows.map(({ labels: _, ...row }) => row))
    .execute()
  await addLabels(trx, rows)
  const story = { action: 'created' } as const
  await recordChanges(
    trx,
    rows.map((after, i) => ({
      before: null,
      after,
      story,
      actor: after.created_by,
      now: after.created_at,
      traceparent: tasks[i]?.traceparent,
    })),
  )
  return rows
}

function newRow(task: NewTask): TaskRow {
  const { now } = task
  const row = {
    // From domain time, so that the order of ids is the order of creation in a replay too.
    id: uuidv7({ msecs: now.getTime() }),
    title: task.title,
    description: task.description ?? null,
    status: 'Pending' as const,
    assignee: task.assignee,
    created_by: task.actor,
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

/** Adds the labels of tasks that have none yet. */
export async function addLabels(trx: Trx, rows: readonly Pick<TaskRow, 'id' | 'labels'>[]): Promise<void> {
  const labels = rows.flatMap((row) => row.labels.map((label) => ({ task_id: row.id, label })))
  if (labels.length > 0) await trx.insertInto('task_labels').values(labels).execute()
}
