import { LOGS } from '@lifeline/backbone/db/log-insert'
import type { Db } from '@lifeline/backbone/db/schema'
import type { Test } from 'tap'

/** The tables of kinds that are checked so. */
const ROWS = { user: 'users', channel: 'channels', scheduler: 'schedulers', incident: 'incidents', report: 'reports' } as const

/** One change = one version = one log row = one event. Answers what was logged and told; `secret` stands in neither. */
export async function assertOneOfEach(t: Test, db: Db, kind: keyof typeof ROWS, id: string, secret?: RegExp) {
  const log = LOGS[kind]
  // All of them have the same columns, but for the name of the id. The types follow one of them.
  const [table, ownId, rows] = [log.table as 'user_logs', log.id as 'user_id', ROWS[kind] as 'users']
  const { version } = await db.selectFrom(rows).select('version').where('id', '=', id).executeTakeFirstOrThrow()
  const logs = await db.selectFrom(table).selectAll().where(ownId, '=', id).orderBy('version').execute()
  const events = await db.selectFrom('outbox').selectAll().where('subject', '=', `${kind}/${id}`).orderBy('seq').execute()
  const versions = Array.from({ length: version }, (_, i) => i + 1)
  t.strictSame(
    logs.map((entry) => entry.version),
    versions,
  )
  t.strictSame(
    events.map(({ message_id }) => message_id),
    versions.map((one) => `${kind}/${id}@${one}`),
  )
  if (secret !== undefined) t.notMatch(JSON.stringify([logs, events]), secret, 'no secret')
  return { actions: logs.map(({ action }) => action), types: events.map(({ routing_key }) => routing_key), logs }
}
