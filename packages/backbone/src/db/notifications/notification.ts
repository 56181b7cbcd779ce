import type { Selectable } from 'kysely'
import { fragments } from '../dialect/fragments.ts'
import type { OutgoingMessage } from '../outbox/add-messages.ts'
import type { Db, Schema } from '../schema.ts'
import { reading } from '../transaction.ts'
import type { NotificationStatus } from './status.ts'

export type Channel = 'email'

/** A notification as the database has it. All its times are machine time. */
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
