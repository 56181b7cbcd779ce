import type { Work } from '../commit.ts'
import type { Update, Write } from '../write.ts'
import { labelInserts } from './add-tasks.ts'
import { type Decision, decide, type TaskCommand } from './decide.ts'
import { findTasks } from './find-tasks.ts'
import { isOwnTask, type TaskOwner } from './owner.ts'
import { recordOf } from './record.ts'
import type { TaskRow } from './task.ts'

export interface TaskChange {
  id: string
  command: TaskCommand
  /** Versions that the caller has seen: at any other nothing is done, also when a race was lost. Undefined for whatever it is. */
  ifVersion?: readonly number[] | undefined
  /** The principal that asks for it. */
  actor: string
  /** Domain time. */
  now: Date
  traceparent?: string | undefined
  /** Only if it is this person's, at the moment of the change: anybody else's is missing. */
  owner?: TaskOwner | undefined
}

export type TaskOutcome =
  | { kind: 'changed'; before: TaskRow; task: TaskRow }
  | { kind: 'unchanged'; task: TaskRow }
  | (Extract<Decision, { kind: 'refused' }> & { task: TaskRow })
  /** It is at another version than the caller has seen. */
  | { kind: 'stale'; task: TaskRow }
  | { kind: 'missing' }

/** Changes a task: reads it, decides, and writes the new row, a log row and an event, if it is still as it was read. */
export const changeTask: Work<TaskChange, TaskOutcome> = {
  keys: ({ id }) => [`task/${id}`],

  async decide(db, changes) {
    const rows = await findTasks(
      db,
      changes.map((change) => change.id),
    )
    const byId = new Map(rows.map((row) => [row.id, row]))
    return changes.map(({ id, command, ifVersion, actor, now, traceparent, owner }) => {
      const before = byId.get(id)
      if (before === undefined || !isOwnTask(before, owner)) return { output: { kind: 'missing' } }
      if (ifVersion !== undefined && !ifVersion.includes(before.version)) return { output: { kind: 'stale', task: before } }
      const decision = decide(before, command, now)
      if (decision.kind !== 'changed') return { output: { ...decision, task: before } }
      const { row: task, story } = decision
      const record = recordOf({ before, after: task, story, actor, now, traceparent })
      return {
        output: { kind: 'changed', before, task },
        write: { ...relabel(before, task, record), update: updateOf(command, before, task) },
      }
    })
  },
}

type Column = Exclude<keyof TaskRow, 'id' | 'labels' | 'created_at' | 'created_by'>

/** What a command may change: the others need not be written. The same for every row, so that the statements are few. */
const COLUMNS: Record<TaskCommand['do'], readonly Column[]> = {
  move: ['version', 'updated_at', 'wake_at', 'status', 'started_at', 'completed_at'],
  edit: [
    ...(['version', 'updated_at', 'wake_at', 'title', 'description', 'assignee'] as const),
    ...(['remind_before', 'fired_until', 'due_at', 'deadline_passed_at'] as const),
  ],
  delete: ['version', 'updated_at', 'wake_at', 'deleted_at', 'external_ref'],
  wake: ['version', 'updated_at', 'wake_at', 'fired_until', 'deadline_passed_at'],
}

function updateOf(command: TaskCommand, before: TaskRow, after: TaskRow): Update {
  const set = Object.fromEntries(COLUMNS[command.do].map((column) => [column, after[column]]))
  return { table: 'tasks', id: after.id, version: before.version, set }
}

/** Only the labels that came or went: what is both deleted and inserted would have no order. */
function relabel(before: TaskRow, after: TaskRow, record: Write['inserts']): Pick<Write, 'inserts' | 'deletes'> {
  if (before.labels === after.labels) return { inserts: record }
  const [old, now] = [new Set(before.labels), new Set(after.labels)]
  const gone = [...old.difference(now)].map((label) => ({ table: 'task_labels' as const, key: { task_id: after.id, label } }))
  return { inserts: [...labelInserts(after.id, [...now.difference(old)]), ...record], deletes: gone }
}
