import { changesOf, differences } from '../differences.ts'
import { isoText } from '../iso-text.ts'
import { logInsert } from '../log-insert.ts'
import { outboxInsert } from '../outbox/add-messages.ts'
import { CLOCK_ACTOR } from '../wake-rows.ts'
import type { Insert } from '../write.ts'
import { EVENT_OF, schedulerSubject, writeSchedulerEvent } from './events.ts'
import type { Change, EndedRun } from './life.ts'
import { type SchedulerRow, toScheduler } from './scheduler.ts'

export interface Witness {
  /** The principal that asked. What time did by itself is the clock's, whoever came first to see it. */
  actor: string
  traceparent?: string | undefined
}

/** The log row and the event of a change, one of each: written together with the change itself. */
export function recordOf({ before, after, story }: Omit<Change, 'before'> & { before: SchedulerRow | null }, witness: Witness): Insert[] {
  const { action, at, reason, error, noticedAt, downtimeSeconds, measured } = story
  const { traceparent } = witness
  const scheduler = toScheduler(after, at)
  const old = before === null ? undefined : differences(toScheduler(before, at), scheduler, FOLLOWS)
  const actor = noticedAt === undefined ? witness.actor : CLOCK_ACTOR
  const log = logInsert('scheduler', after.id, {
    version: after.version,
    action,
    from: before?.status ?? null,
    to: after.status,
    actor,
    reason: (error ?? reason ?? null)?.slice(0, 1_000) ?? null,
    changes: changesOf(old, scheduler),
    at,
  })
  const data = {
    ...(old === undefined ? {} : { before: old }),
    after: scheduler,
    actor,
    ...(reason === undefined ? {} : { reason }),
    instant: isoText(at),
    ...(noticedAt === undefined ? {} : { noticedAt: isoText(noticedAt) }),
    ...(downtimeSeconds === undefined ? {} : { downtimeSeconds }),
    ...measured,
    ...(error === undefined ? {} : { error }),
  }
  const { type, cc } = EVENT_OF[action]
  const bySilence = action === 'down' && noticedAt !== undefined ? ['deadline.passed'] : []
  const event = { type, subject: schedulerSubject(after), sequence: after.version, time: at, traceparent, data }
  return [log, outboxInsert(writeSchedulerEvent(event, [...cc, ...bySilence]))]
}

/** What follows from the rest, or changes with every ping. */
const FOLLOWS: ReadonlySet<string> = new Set(['version', 'updatedAt', 'lastPingAt', 'goesDownAt'])

/** The runs that ended, numbered as they did. */
export function runInserts({ id, runs: ended }: SchedulerRow, runs: readonly EndedRun[]): Insert[] {
  return runs.map(({ runId, startedAt, endedAt, outcome, exitCode, error }, i) => {
    const duration_ms = startedAt === null ? null : Math.max(0, endedAt.getTime() - startedAt.getTime())
    const times = { started_at: startedAt, ended_at: endedAt, outcome, duration_ms }
    const number = ended - runs.length + i + 1
    const row = { scheduler_id: id, number, run_id: runId, ...times, exit_code: exitCode ?? null, error: error ?? null }
    return { table: 'scheduler_runs', row }
  })
}
