import { listOfSubject } from '@lifeline/backbone/db/notifications/channel-notifications'
import { type NotificationRow, TEST_TEMPLATE } from '@lifeline/backbone/db/notifications/notification'
import type { Db } from '@lifeline/backbone/db/schema'

/** Whether something newer about the subject, of what is `meant`, is on its way through the channel or there already. */
export async function isOvertaken(db: Db, row: NotificationRow, meant: (other: NotificationRow) => boolean): Promise<boolean> {
  const sequence = sequenceOf(row)
  if (row.template === TEST_TEMPLATE || row.channel_id === null || sequence === undefined) return false
  const others = await listOfSubject(db, row.channel_id, row.subject)
  return others.some((other) => (sequenceOf(other) ?? 0) > sequence && meant(other))
}

/** The sequence of the event that a notification tells; a test has none. */
export function sequenceOf({ event_id }: Pick<NotificationRow, 'event_id'>): number | undefined {
  const [, sequence] = /@(\d+)$/.exec(event_id) ?? []
  return sequence === undefined ? undefined : Number(sequence)
}
