import { commitOne } from '@lifeline/backbone/db/commit'
import { followScheduler } from '@lifeline/backbone/db/incidents/follow-scheduler'
import type { IncidentRow } from '@lifeline/backbone/db/incidents/incident'
import { newId } from '@lifeline/backbone/db/new-id'
import { changeScheduler, signalCommand } from '@lifeline/backbone/db/schedulers/change-scheduler'
import { upsertScheduler } from '@lifeline/backbone/db/schedulers/register-scheduler'
import type { Db } from '@lifeline/backbone/db/schema'

const NINE = new Date('2026-03-02T09:00:00.000Z')

/** A scheduler that `createdBy` has made and that has just failed, as the coordinator heard of it. */
export async function givenIncident(db: Db, { createdBy = 'key:test', name = `job ${newId()}` } = {}): Promise<IncidentRow> {
  const { scheduler } = await commitOne(db, upsertScheduler, { name, periodSeconds: 600, actor: createdBy, now: NINE })
  const command = signalCommand({ kind: 'fail', error: 'The disk is full.' })
  await commitOne(db, changeScheduler, { id: scheduler.id, command, actor: 'key:ci', now: NINE })
  const subject = `scheduler/${scheduler.id}`
  const query = db.selectFrom('outbox').selectAll().where('subject', '=', subject).where('routing_key', '=', 'scheduler.down')
  const { message_id: id, body } = await query.executeTakeFirstOrThrow()
  const event = { id, type: 'scheduler.down' as const, subject, time: NINE, sequence: 2, data: JSON.parse(body) }
  const incident = await commitOne(db, followScheduler, event)
  if (incident === undefined) throw new Error('No incident was opened.')
  return incident
}
