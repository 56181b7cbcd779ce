import type { Selectable } from 'kysely'
import type { ChannelTypeName } from '../channels/channel.ts'
import { fragments } from '../dialect/fragments.ts'
import type { OutgoingMessage } from '../outbox/add-messages.ts'
import type { Db, Schema } from '../schema.ts'
import { reading } from '../transaction.ts'
import type { NotificationStatus } from './status.ts'

/** What carries it. A mail goes to a person, or to everybody on the list of a channel; all others belong to a channel. */
export type Channel = ChannelTypeName

/** The template of a notification that somebody asked for, to see whether a channel works. It is tried once. */
export const TEST_TEMPLATE = 'channel.test'

/** A notification as the database has it. All its times are machine time. `recipient` is an address, or the id of a channel. */
export type NotificationRow = Omit<Selectable<Schema['notifications']>, 'status' | 'channel'> & {
  status: NotificationStatus
  channel: Channel
}

/** The message carries the id only: the row is the truth. Its own id tells announcements apart. */
export function announcement(row: Pick<NotificationRow, 'id' | 'version' | 'channel' | 'traceparent'>): OutgoingMessage {
  return {
    exchange: 'notification',
    routingKey: `notification.${row.channel}`,
    cc: [],
    messageId: `notification/${row.id}@${row.version}`,
    subject: `notification/${row.id}`,
    headers: row.traceparent === null ? {} : { traceparent: row.traceparent },
    body: JSON.stringify({ notificationId: row.id }),
  }
}

/** Notifications by id, in no particular order. */
export async function findNotifications(db: Db, ids: readonly string[]): Promise<NotificationRow[]> {
  // The CHECK constraint and the code that adds them hold status and channel to what they may be.
  return (await reading(() =>
    db
      .selectFrom('notifications')
      .selectAll()
      .where(fragments(db).anyOf('notifications', 'id', ids))
      .execute(),
  )) as NotificationRow[]
}
