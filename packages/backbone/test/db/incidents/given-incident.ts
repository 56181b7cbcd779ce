import { commitOne } from '@lifeline/backbone/db/commit'
import { changeIncident, type IncidentCommand } from '@lifeline/backbone/db/incidents/change-incident'
import { type FollowedEvent, followScheduler, isFollowed } from '@lifeline/backbone/db/incidents/follow-scheduler'
import type { Db } from '@lifeline/backbone/db/schema'

/** What a scheduler has told so far, as far as incidents follow it; the oldest first. */
export async function listNews(db: Db, { id }: { id: string }): Promise<FollowedEvent[]> {
  const rows = await db.selectFrom('outbox').selectAll().where('subject', '=', `scheduler/${id}`).orderBy('seq').execute()
  return rows.flatMap(({ routing_key: type, subject, message_id, headers, body }) => {
    const { cloudEvents_time: time, cloudEvents_sequence: sequence } = JSON.parse(headers)
    if (!isFollowed(type)) return []
    return [{ id: message_id, type, subject, time: new Date(time), sequence: Number(sequence), data: JSON.parse(body) }]
  })
}

export const follow = (db: Db, event: FollowedEvent | undefined) => {
  if (event === undefined) throw new Error('There is no such event.')
  return commitOne(db, followScheduler, event)
}

/** All news of a scheduler in order, the last `count` of them. Answers its newest incident. */
export async function followAll(db: Db, row: { id: string }, count = 1) {
  for (const event of (await listNews(db, row)).slice(-count)) await follow(db, event)
  const [incident] = await listIncidentsOf(db, row)
  if (incident === undefined) throw new Error('No incident was opened.')
  return incident
}

export const listIncidentsOf = (db: Db, { id }: { id: string }) =>
  db.selectFrom('incidents').selectAll().where('scheduler_id', '=', id).orderBy('opened_by_version', 'desc').execute()

export function change(db: Db, { id }: { id: string }, command: IncidentCommand, now: Date, more: object = {}) {
  return commitOne(db, changeIncident, { id, command, actor: 'user:ann', now, ...more })
}

/** What was told of an incident, as `type [channels]`, the oldest first. */
export async function listTold(db: Db, { id }: { id: string }): Promise<string[]> {
  const rows = await db
    .selectFrom('outbox')
    .select(['routing_key', 'body'])
    .where('subject', '=', `incident/${id}`)
    .orderBy('seq')
    .execute()
  return rows.map(({ routing_key, body }) => `${routing_key} ${JSON.parse(body).after.channels.join()}`.trim())
}
