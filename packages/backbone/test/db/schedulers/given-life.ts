import { decide, type SchedulerCommand } from '@lifeline/backbone/db/schedulers/decide'
import type { Change, EndedRun, Life } from '@lifeline/backbone/db/schedulers/life'
import { newScheduler, type Registration } from '@lifeline/backbone/db/schedulers/register-scheduler'
import type { SchedulerRow } from '@lifeline/backbone/db/schedulers/scheduler'
import type { Signal } from '@lifeline/backbone/db/schedulers/signals'

export const NOON = new Date('2026-03-02T12:00:00.000Z')
export const MINUTE = 60_000
/** So many minutes after noon. */
export const minute = (minutes: number) => new Date(NOON.getTime() + minutes * MINUTE)

/** A scheduler in memory, with what became of it: every ten minutes with a grace of five, unless told otherwise. */
export function givenLife(registration: Partial<Registration> = {}) {
  const schedule = registration.cron === undefined ? { periodSeconds: 600 } : {}
  const whole = { name: 'backup', graceSeconds: 300, actor: 'key:ci', now: NOON, ...schedule, ...registration }
  let row: SchedulerRow = newScheduler(whole, 'backup')
  const changes: Change[] = []
  const runs: EndedRun[] = []
  const pings: (Life['ping'] & {})[] = []

  function command(what: SchedulerCommand, now: Date) {
    const decision = decide(row, what, now)
    if (decision.kind !== 'changed') return decision.kind
    row = decision.life.row
    changes.push(...decision.life.changes)
    runs.push(...decision.life.runs)
    if (decision.life.ping !== undefined) pings.push(decision.life.ping)
    return decision.kind
  }
  return {
    command,
    signal: (kind: Signal['kind'], now: Date, more: Omit<Signal, 'kind'> = {}) => command({ do: 'signal', signal: { kind, ...more } }, now),
    /** The clock looks once. */
    wake: (now: Date) => command({ do: 'wake' }, now),
    /** The clock looks at every instant that it was told, up to `now`. */
    passTime(now: Date) {
      while (row.wake_at !== null && row.wake_at <= now) command({ do: 'wake' }, row.wake_at)
    },
    get row() {
      return row
    },
    changes,
    runs,
    pings,
    /** What everybody heard, as `action instant`. */
    story: () => changes.map(({ story }) => `${story.action} ${story.at.toISOString()}`),
    /** The same in minutes after noon. */
    told: () => changes.map(({ story }) => `${story.action} ${(story.at.getTime() - NOON.getTime()) / MINUTE}`),
    outcomes: () => runs.map(({ outcome, runId }) => (runId === null ? outcome : `${outcome} ${runId}`)),
  }
}
