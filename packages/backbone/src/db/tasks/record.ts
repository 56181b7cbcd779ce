import { addMessages } from '../outbox/add-messages.ts'
import { addDeltas } from '../rollups/deltas.ts'
import type { Trx } from '../schema.ts'
import { type Decision, differences, eventData } from './decide.ts'
import { taskEvent } from './events.ts'
import { type Task, type TaskRow, toTask } from './task.ts'

export interface TaskWrite {
  before: TaskRow | null
  after: TaskRow
  story: Extract<Decision, { kind: 'changed' }>['story']
  /** The principal that did it. */
  actor: string
  /** Domain time. */
  now: Date
  traceparent?: string | undefined
}

/**
 * The log rows and the events of many changes, one of each a change, and what they do to the sums over tasks; in the same
 * transaction as the changes themselves.
 */
export async function recordChanges(trx: Trx, writes: readonly TaskWrite[]): Promise<void> {
  if (writes.length === 0) return
  await trx.insertInto('task_logs').values(writes.map(logRow)).execute()
  await addDeltas(trx, writes)
  await addMessages(
    trx,
    writes.map(({ before, after, story, actor, now, traceparent }) =>
      taskEvent(story.action, eventData(before, after, actor, story), now, traceparent),
    ),
  )
}

function logRow({ before, after, story, actor, now }: TaskWrite) {
  return {
    task_id: after.id,
    version: after.version,
    action: story.action,
    from_status: before?.status ?? null,
    to_status: after.status,
    actor,
    reason: story.reason ?? null,
    changes: changesText(before, after),
    at: now,
  }
}

/** `{field: {from, to}}` as JSON; null for a creation, whose whole task is the change. */
function changesText(before: TaskRow | null, after: TaskRow): string | null {
  if (before === null) return null
  const task = toTask(after)
  const old = differences(toTask(before), task)
  return JSON.stringify(Object.fromEntries(Object.entries(old).map(([field, from]) => [field, { from, to: task[field as keyof Task] }])))
}
