import type { Work } from '../commit.ts'
import { fragments } from '../dialect/fragments.ts'
import { newId } from '../new-id.ts'
import { outboxInsert } from '../outbox/add-messages.ts'
import { findMailboxes, type Mailboxes } from '../users/find-mailboxes.ts'
import type { Insert } from '../write.ts'
import { announcement, type Channel, type NotificationRow } from './notification.ts'
import { announceAgainAt } from './status.ts'

/** Who should hear of an event, through which channel, in which words. `data` is what the template shows, as of the event. */
export interface Intent {
  channel: Channel
  recipient: string
  template: string
  data: unknown
}

/** The event that intents come from. */
export interface Cause {
  id: string
  subject: string
  traceparent?: string | undefined
}

export interface NewNotifications {
  cause: Cause
  /** Whose mailboxes the intents depend on: looked up once for all that is stored together. */
  principals: readonly string[]
  /** Pure: it may be asked again. */
  intents: (mailboxes: Mailboxes) => readonly Intent[]
  machineNow: Date
}

/**
 * Stores the intents of an event as Queued notifications and announces each to its channel's queue. Intents that are
 * there already are left alone, so an event that comes twice changes nothing. Answers how many were new.
 */
export const addNotifications: Work<NewNotifications, number> = {
  keys: ({ cause }) => [`event/${cause.id}`],

  async decide(db, inputs) {
    const events = inputs.map(({ cause }) => cause.id)
    const isOurs = fragments(db).anyOf('notifications', 'event_id', events)
    const [there, mailboxes] = await Promise.all([
      db.selectFrom('notifications').select(['event_id', 'channel', 'recipient']).where(isOurs).execute(),
      findMailboxes(
        db,
        inputs.flatMap(({ principals }) => principals),
      ),
    ])
    const known = new Set(there.map(keyOf))
    return inputs.map(({ cause, intents, machineNow }) => {
      const fresh = intents(mailboxes)
        .map((intent) => newRow(cause, intent, machineNow))
        .filter((row) => !known.has(keyOf(row)) && known.add(keyOf(row)))
      if (fresh.length === 0) return { output: 0 }
      const inserts = fresh.flatMap((row): Insert[] => [{ table: 'notifications', row }, outboxInsert(announcement(row), machineNow)])
      return { output: fresh.length, write: { inserts } }
    })
  },
}

const keyOf = (row: Pick<NotificationRow, 'event_id' | 'recipient'> & { channel: string }) =>
  `${row.event_id} ${row.channel} ${row.recipient}`

function newRow(cause: Cause, { channel, recipient, template, data }: Intent, machineNow: Date) {
  return {
    id: newId(),
    event_id: cause.id,
    channel,
    recipient,
    subject: cause.subject,
    template,
    data: JSON.stringify(data),
    traceparent: cause.traceparent || null,
    status: 'Queued',
    attempts: 0,
    announcements: 1,
    version: 1,
    wake_at: announceAgainAt(1, machineNow),
    last_error: null,
    provider_id: null,
    created_at: machineNow,
    updated_at: machineNow,
    sent_at: null,
  } satisfies NotificationRow
}
