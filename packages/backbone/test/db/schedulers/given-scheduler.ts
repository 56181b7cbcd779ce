import { commitOne } from '@lifeline/backbone/db/commit'
import { changeScheduler, type SchedulerOutcome, signalCommand } from '@lifeline/backbone/db/schedulers/change-scheduler'
import type { SchedulerCommand } from '@lifeline/backbone/db/schedulers/decide'
import type { PingDetails } from '@lifeline/backbone/db/schedulers/ping'
import { type Registration, upsertScheduler } from '@lifeline/backbone/db/schedulers/register-scheduler'
import type { SchedulerRow } from '@lifeline/backbone/db/schedulers/scheduler'
import type { Signal } from '@lifeline/backbone/db/schedulers/signals'
import type { Db } from '@lifeline/backbone/db/schema'
import { NOON } from './given-life.ts'

export const ACTOR = 'key:ci'

/** Every ten minutes with a grace of five, unless told otherwise. */
export async function givenScheduler(db: Db, registration: Partial<Registration> = {}): Promise<SchedulerRow> {
  const schedule = registration.cron === undefined ? { periodSeconds: 600 } : {}
  const whole = { name: 'backup', graceSeconds: 300, actor: ACTOR, now: NOON, ...schedule, ...registration }
  const outcome = await commitOne(db, upsertScheduler, whole)
  if (outcome.kind !== 'registered') throw new Error(`${whole.name} was there: ${outcome.kind}`)
  return outcome.scheduler
}

export function command(db: Db, { id }: { id: string }, what: SchedulerCommand, now: Date): Promise<SchedulerOutcome> {
  return commitOne(db, changeScheduler, { id, command: what, actor: ACTOR, now })
}

export function signal(db: Db, row: { id: string }, said: Signal & PingDetails, now: Date): Promise<SchedulerOutcome> {
  return command(db, row, signalCommand(said), now)
}
