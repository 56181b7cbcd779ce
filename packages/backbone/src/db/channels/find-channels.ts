import { fragments } from '../dialect/fragments.ts'
import { NotFoundError } from '../errors.ts'
import { nameKey } from '../name-key.ts'
import type { Db } from '../schema.ts'
import { reading } from '../transaction.ts'
import { type ChannelRow, type ChannelTypeName, eventsOf, toChannelRow } from './channel.ts'
import type { ChannelStatus } from './status.ts'

/** Channels by id, deleted ones left out, in no particular order. */
export async function findChannels(db: Db, ids: readonly string[]): Promise<ChannelRow[]> {
  if (ids.length === 0) return []
  const isAsked = fragments(db).anyOf('channels', 'id', ids)
  const rows = await reading(() => db.selectFrom('channels').selectAll().where(isAsked).where('deleted_at', 'is', null).execute())
  return rows.map(toChannelRow)
}

/** One channel by id. Throws NotFoundError when there is none, or it is deleted. */
export async function getChannel(db: Db, id: string): Promise<ChannelRow> {
  const [channel] = await findChannels(db, [id])
  if (channel === undefined) throw new NotFoundError(`channel ${id}`)
  return channel
}

/** Which of these names (as `nameKey` writes them) a living channel has, and its id. */
export async function takenNames(db: Db, keys: readonly string[]): Promise<Map<string | null, string>> {
  if (keys.length === 0) return new Map()
  const isWanted = fragments(db).anyOf('channels', 'name_key', keys)
  const rows = await db.selectFrom('channels').select(['id', 'name_key']).where(isWanted).execute()
  return new Map(rows.map(({ id, name_key }) => [name_key, id]))
}

export interface ChannelPage {
  limit: number
  /** Only channels older than this one: the last of the page before. */
  afterId?: string
}

export interface ChannelFilter {
  type?: ChannelTypeName
  status?: ChannelStatus
}

/** Living channels, newest first. */
export async function listChannels(db: Db, { type, status }: ChannelFilter, { limit, afterId }: ChannelPage): Promise<ChannelRow[]> {
  let query = db.selectFrom('channels').selectAll().where('deleted_at', 'is', null)
  if (type !== undefined) query = query.where('type', '=', type)
  if (status !== undefined) query = query.where('status', '=', status)
  if (afterId !== undefined) query = query.where('id', '<', afterId)
  return (await reading(() => query.orderBy('id', 'desc').fetch(limit).execute())).map(toChannelRow)
}

/** A channel that hears of things, as far as that goes. */
export interface Subscriber {
  id: string
  /** As `nameKey` writes it. */
  name: string
  type: ChannelTypeName
  /** Patterns of event types; none when it hears only what names it. */
  events: readonly string[]
  /** What may be seen of its settings. */
  settings: Record<string, unknown>
}

/** All Active channels. Nobody has many. */
export async function listSubscribers(db: Db): Promise<Subscriber[]> {
  const query = db.selectFrom('channels').select(['id', 'name', 'type', 'events', 'settings'])
  const rows = await reading(() => query.where('deleted_at', 'is', null).where('status', '=', 'Active').orderBy('id').execute())
  return rows.map((row) => ({
    id: row.id,
    name: nameKey(row.name),
    type: row.type as ChannelTypeName,
    events: eventsOf(row) ?? [],
    settings: JSON.parse(row.settings),
  }))
}
