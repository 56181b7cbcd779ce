import { commitOne } from '@lifeline/backbone/db/commit'
import { changeScheduler, signalCommand } from '@lifeline/backbone/db/schedulers/change-scheduler'
import type { SchedulerCommand } from '@lifeline/backbone/db/schedulers/decide'
import { type Registration, upsertScheduler } from '@lifeline/backbone/db/schedulers/register-scheduler'
import type { SchedulerRow } from '@lifeline/backbone/db/schedulers/scheduler'
import type { SignalKind } from '@lifeline/backbone/db/schedulers/status'
import type { Db } from '@lifeline/backbone/db/schema'
import { NINE } from './given-task.ts'

/** Registered at nine, every ten minutes with a grace of five. */
export async function givenScheduler(db: Db, registration: Partial<Registration> = {}): Promise<SchedulerRow> {
  const whole = { name: 'backup', periodSeconds: 600, graceSeconds: 300, warnWhenLate: false, actor: 'key:ci', now: NINE, ...registration }
  return (await commitOne(db, upsertScheduler, whole)).scheduler
}

export function commandScheduler(db: Db, { id }: { id: string }, command: SchedulerCommand, now: Date) {
  return commitOne(db, changeScheduler, { id, command, actor: 'key:ci', now })
}

export function signalScheduler(db: Db, row: { id: string }, kind: SignalKind, now: Date) {
  return commandScheduler(db, row, signalCommand({ kind }), now)
}

/** What has become of it, as `action instant actor`. */
export async function listStory(db: Db, { id }: { id: string }): Promise<string[]> {
  const rows = await db.selectFrom('scheduler_logs').selectAll().where('scheduler_id', '=', id).orderBy('version').execute()
  return rows.map(({ action, at, actor }) => `${action} ${at.toISOString().slice(11, 19)} ${actor}`)
}

export async function getSchedulerRow(db: Db, { id }: { id: string }) {
  return await db.selectFrom('schedulers').selectAll().where('id', '=', id).executeTakeFirstOrThrow()
}
