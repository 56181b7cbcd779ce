import { fragments } from '../dialect/fragments.ts'
import { LostRaceError } from '../errors.ts'
import type { Db, Trx } from '../schema.ts'
import { inTransaction } from '../transaction.ts'
import { addLabels } from './add-tasks.ts'
import { type Decision, decide, type TaskCommand } from './decide.ts'
import { findTasks } from './find-tasks.ts'
import { recordChanges, type TaskWrite } from './record.ts'
import type { TaskRow } from './task.ts'

export interface TaskChange {
  id: string
  command: TaskCommand
  /** The principal that asks for it. */
  actor: string
  /** Domain time. */
  now: Date
  traceparent?: string | undefined
}

export type TaskOutcome =
  | { kind: 'changed'; before: TaskRow; task: TaskRow }
  | { kind: 'unchanged'; task: TaskRow }
  | (Extract<Decision, { kind: 'refused' }> & { task: TaskRow })
  | { kind: 'missing' }

/**
 * Reads the tasks, decides each change, and writes the new rows, a log row and an event for each, in a fixed number of
 * statements. No task may be named twice. One outcome a change, in their order. Throws LostRaceError, with nothing
 * written, when any of the rows was changed meanwhile.
 */
export async function changeTasks(trx: Trx, changes: readonly TaskChange[]): Promise<TaskOutcome[]> {
  const rows = await findTasks(
    trx,
    changes.map((change) => change.id),
  )
  const byId = new Map(rows.map((row) => [row.id, row]))
  const writes: TaskWrite[] = []
  const outcomes = changes.map(({ id, command, actor, now, traceparent }): TaskOutcome => {
    const before = byId.get(id)
    if (before === undefined) return { kind: 'missing' }
    const decision = decide(before, command, now)
    if (decision.kind !== 'changed') return { ...decision, task: before }
    writes.push({ before, after: decision.row, story: decision.story, actor, now, traceparent })
    return { kind: 'changed', before, task: decision.row }
  })
  await writeRows(trx, writes)
  await recordChanges(trx, writes)
  return outcomes
}

/** One change in a transaction of its own, read and decided again when it loses a race. */
export async function changeTask(db: Db, change: TaskChange): Promise<TaskOutcome> {
  const [outcome] = await inTransaction(db, (trx) => changeTasks(trx, [change]))
  return outcome ?? { kind: 'missing' }
}

async function writeRows(trx: Trx, writes: readonly TaskWrite[]) {
  if (writes.length === 0) return
  // By id, so that all transactions lock rows in the same order.
  const sorted = writes.toSorted((a, b) => (a.after.id < b.after.id ? -1 : 1))
  const updated = await fragments(trx).updateRows(
    trx,
    'tasks',
    sorted.map(({ before, after }) => {
      const { id, labels: _, created_at: __, created_by: ___, ...values } = after
      return { id, guard: before?.version ?? 0, values }
    }),
  )
  if (updated !== writes.length) throw new LostRaceError()
  const relabelled = writes.filter(({ before, after }) => before?.labels !== after.labels).map(({ after }) => after)
  if (relabelled.length === 0) return
  await trx
    .deleteFrom('task_labels')
    .where(
      'task_id',
      'in',
      relabelled.map((row) => row.id),
    )
    .execute()
  await addLabels(trx, relabelled)
}
