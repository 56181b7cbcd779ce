import { commitOne } from '@lifeline/backbone/db/commit'
import type { OutgoingMessage } from '@lifeline/backbone/db/outbox/add-messages'
import { changeScheduler, signalCommand } from '@lifeline/backbone/db/schedulers/change-scheduler'
import type { SchedulerCommand } from '@lifeline/backbone/db/schedulers/decide'
import { type Registration, upsertScheduler } from '@lifeline/backbone/db/schedulers/register-scheduler'
import type { SchedulerRow } from '@lifeline/backbone/db/schedulers/scheduler'
import type { SignalKind } from '@lifeline/backbone/db/schedulers/status'
import type { Db } from '@lifeline/backbone/db/schema'
import { NOON } from './given-event.ts'

/** So many minutes after noon. */
export const minute = (minutes: number) => new Date(NOON.getTime() + minutes * 60_000)

/** Ann's, every ten minutes with a grace of five. */
export async function givenScheduler(db: Db, registration: Partial<Registration> = {}): Promise<SchedulerRow> {
  const whole = { name: 'backup', periodSeconds: 600, graceSeconds: 300, actor: 'mailto:ann@example.org', now: NOON, ...registration }
  return (await commitOne(db, upsertScheduler, whole)).scheduler
}

/** As the API or the clock does it, with Ann's own key. */
export function commandScheduler(db: Db, { id }: { id: string }, command: SchedulerCommand, now: Date) {
  return commitOne(db, changeScheduler, { id, command, actor: 'mailto:ann@example.org', now })
}

export function signalScheduler(db: Db, row: { id: string }, kind: SignalKind, now: Date) {
  return commandScheduler(db, row, signalCommand({ kind }), now)
}

/** What waits in the outbox of these kinds, oldest first; it is taken out, as a relay does. */
export async function takeEvents(db: Db, ...kinds: string[]): Promise<OutgoingMessage[]> {
  const all = await db.selectFrom('outbox').selectAll().orderBy('seq').execute()
  const rows = all.filter(({ subject }) => kinds.includes(subject.split('/')[0] ?? ''))
  if (rows.length > 0)
    await db
      .deleteFrom('outbox')
      .where(
        'seq',
        'in',
        rows.map(({ seq }) => seq),
      )
      .execute()
  return rows.map(({ exchange, routing_key, cc, message_id, subject, headers, body }) => ({
    ...{ exchange, routingKey: routing_key, cc: cc?.split(',') ?? [], messageId: message_id, subject },
    ...{ headers: JSON.parse(headers), body },
  }))
}
