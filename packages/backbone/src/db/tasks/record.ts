import { changesOf, differences } from '../differences.ts'
import { logInsert } from '../log-insert.ts'
import { outboxInsert } from '../outbox/add-messages.ts'
import { deltaInserts } from '../rollups/deltas.ts'
import type { Insert } from '../write.ts'
import { type Decision, eventData } from './decide.ts'
import { taskEvent } from './events.ts'
import { type TaskRow, toTask } from './task.ts'

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

/** The log row and the event of a change, one of each, and what it did to the sums over tasks: written together with the change itself. */
export function recordOf({ before, after, story, actor, now, traceparent }: TaskWrite): Insert[] {
  const task = toTask(after)
  const old = before === null ? undefined : differences(toTask(before), task)
  const log = logInsert('task', after.id, {
    version: after.version,
    action: story.action,
    from: before?.status ?? null,
    to: after.status,
    actor,
    reason: story.reason ?? null,
    changes: changesOf(old, task),
    at: now,
  })
  const event = outboxInsert(taskEvent(story.action, eventData(old, task, actor, story), now, traceparent))
  return [log, ...deltaInserts(before, after), event]
}
