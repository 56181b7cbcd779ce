import type { ChannelRow } from '../channels/channel.ts'
import { findChannels } from '../channels/find-channels.ts'
import type { Work } from '../commit.ts'
import { newId } from '../new-id.ts'
import { outboxInsert } from '../outbox/add-messages.ts'
import type { Db } from '../schema.ts'
import { reading } from '../transaction.ts'
import { insertsOf, newRow } from './add-notifications.ts'
import { updateOf } from './change-notification.ts'
import { announcement, findNotifications, type NotificationRow, TEST_TEMPLATE } from './notification.ts'
import { announceAgainAt, MAX_ATTEMPTS, type NotificationStatus } from './status.ts'

export interface NotificationPage {
  limit: number
  /** Only those older than this one: the last of the page before. */
  afterId?: string
  status?: NotificationStatus
}

/** What was, is or will be sent through a channel, newest first. */
export async function listChannelNotifications(
  db: Db,
  channelId: string,
  { limit, afterId, status }: NotificationPage,
): Promise<NotificationRow[]> {
  let query = db.selectFrom('notifications').selectAll().where('channel_id', '=', channelId)
  if (status !== undefined) query = query.where('status', '=', status)
  if (afterId !== undefined) query = query.where('id', '<', afterId)
  return (await reading(() => query.orderBy('id', 'desc').fetch(limit).execute())) as NotificationRow[]
}

/** The newest of what goes through a channel about one subject; with `hasProviderId` only what its provider knows by an id. */
export async function listOfSubject(
  db: Db,
  channelId: string,
  subject: string,
  { hasProviderId = false } = {},
): Promise<NotificationRow[]> {
  const all = db.selectFrom('notifications').selectAll().where('subject', '=', subject).where('channel_id', '=', channelId)
  const query = hasProviderId ? all.where('provider_id', 'is not', null) : all
  return (await reading(() => query.orderBy('id', 'desc').fetch(20).execute())) as NotificationRow[]
}

/** To whom a channel sends: a mail to each of its addresses, or one notification to itself. */
export function recipientsOf({ id, type, settings }: Pick<ChannelRow, 'id' | 'type'> & { settings: Record<string, unknown> }): string[] {
  return type === 'email' ? (settings.addresses as string[]) : [id]
}

export interface ChannelTest {
  channelId: string
  /** The principal that asks for it. */
  actor: string
  traceparent?: string | undefined
  machineNow: Date
}

/** Queues a test notification, to each recipient of the channel. Answers them; undefined when there is no such channel. */
export const testChannel: Work<ChannelTest, NotificationRow[] | undefined> = {
  keys: () => [],

  async decide(db, tests) {
    const channels = await findChannels(
      db,
      tests.map(({ channelId }) => channelId),
    )
    const byId = new Map(channels.map((channel) => [channel.id, channel]))
    return tests.map(({ channelId, actor, traceparent, machineNow }) => {
      const channel = byId.get(channelId)
      if (channel === undefined) return { output: undefined }
      const cause = { id: `channel/${channelId}/test/${newId()}`, subject: `channel/${channelId}`, traceparent }
      const data = { actor, name: channel.name, at: machineNow.toISOString() }
      const rows = recipientsOf({ ...channel, settings: JSON.parse(channel.settings) }).map((recipient) =>
        newRow(cause, { channel: channel.type, recipient, channelId, template: TEST_TEMPLATE, data }, machineNow),
      )
      return { output: rows, write: { inserts: rows.flatMap((row) => insertsOf(row, machineNow)) } }
    })
  },
}

export interface Replay {
  channelId: string
  notificationId: string
  machineNow: Date
}

export type Replayed = { kind: 'queued' | 'busy'; notification: NotificationRow } | { kind: 'missing' }

/** Queues a notification of a channel once more, for one try, if it has ended (else it is `busy`). It keeps its id. */
export const replayNotification: Work<Replay, Replayed> = {
  keys: ({ notificationId }) => [`notification/${notificationId}`],

  async decide(db, replays) {
    const rows = await findNotifications(
      db,
      replays.map(({ notificationId }) => notificationId),
    )
    const byId = new Map(rows.map((row) => [row.id, row]))
    return replays.map(({ channelId, notificationId, machineNow }) => {
      const row = byId.get(notificationId)
      if (row === undefined || row.channel_id !== channelId) return { output: { kind: 'missing' } }
      if (row.status !== 'Sent' && row.status !== 'Failed') return { output: { kind: 'busy', notification: row } }
      const announced = { announcements: row.announcements + 1, wake_at: announceAgainAt(1, machineNow), updated_at: machineNow }
      const again = { status: 'Queued' as const, attempts: MAX_ATTEMPTS - 1, sent_at: null, version: row.version + 1 }
      const notification = { ...row, ...again, ...announced }
      const inserts = [outboxInsert(announcement(notification), machineNow)]
      return { output: { kind: 'queued', notification }, write: { update: updateOf(row, notification), inserts } }
    })
  },
}
