import { listSubscribers, type Subscriber } from '../channels/find-channels.ts'
import type { Decided, Work } from '../commit.ts'
import { fragments } from '../dialect/fragments.ts'
import { newId } from '../new-id.ts'
import { outboxInsert } from '../outbox/add-messages.ts'
import { findMailboxes, type Mailboxes } from '../users/find-mailboxes.ts'
import type { Insert } from '../write.ts'
import { type Fold, findFolds, foldAlert } from './fold-alerts.ts'
import { announcement, type Channel, type NotificationRow } from './notification.ts'
import { announceAgainAt } from './status.ts'

/** Who should hear of an event, through which channel, in which words. `data` is what the template shows, as of the event. */
export interface Intent {
  channel: Channel
  recipient: string
  template: string
  data: unknown
  /** Of the channel that asked for it. */
  channelId?: string
}

/** The event that intents come from. */
export interface Cause {
  id: string
  subject: string
  traceparent?: string | undefined
}

/** What the intents of an event depend on, beside the event. */
export interface Audience {
  mailboxes: Mailboxes
  /** All Active channels. */
  subscribers: readonly Subscriber[]
  /** How many events of the same `foldKey` nobody was told of since the last one. */
  leftOut: number
}

export interface NewNotifications {
  cause: Cause
  /** Whose mailboxes the intents depend on: looked up once for all that is stored together. */
  principals: readonly string[]
  /** Pure: it may be asked again. */
  intents: (audience: Audience) => readonly Intent[]
  /** Of events with a common one, somebody is told of one in ten minutes only. */
  foldKey?: string | undefined
  machineNow: Date
}

/**
 * Stores the intents of an event as Queued notifications and announces each to its channel's queue. Intents that are
 * there already are left alone, so an event that comes twice changes nothing. Answers how many were new.
 */
export const addNotifications: Work<NewNotifications, number> = {
  keys: ({ cause, foldKey }) => [`event/${cause.id}`, ...(foldKey === undefined ? [] : [`fold/${foldKey}`])],

  async decide(db, inputs) {
    const events = inputs.map(({ cause }) => cause.id)
    const isOurs = fragments(db).anyOf('notifications', 'event_id', events)
    const [there, mailboxes, subscribers, folds] = await Promise.all([
      db.selectFrom('notifications').select(['event_id', 'channel', 'recipient']).where(isOurs).execute(),
      findMailboxes(
        db,
        inputs.flatMap(({ principals }) => principals),
      ),
      listSubscribers(db),
      findFolds(
        db,
        inputs.flatMap(({ foldKey }) => foldKey ?? []),
      ),
    ])
    const known = new Set(there.map(keyOf))
    const told = new Set(there.map(({ event_id }) => event_id))
    return inputs.map((input): Decided<number> => {
      const { foldKey, cause } = input
      if (foldKey === undefined) return decideOne(input, { mailboxes, subscribers, leftOut: 0 }, known)
      const fold = folds.get(foldKey)
      const audience = { mailboxes, subscribers, leftOut: fold?.left_out ?? 0 }
      // It came before, and is what the fold was told with.
      if (told.has(cause.id) || input.intents(audience).length === 0) return { output: 0 }
      return decideFolded(input, audience, fold, known)
    })
  },
}

function decideOne({ cause, intents, machineNow }: NewNotifications, audience: Audience, known: Set<string>): Decided<number> {
  const fresh = intents(audience)
    .map((intent) => newRow(cause, intent, machineNow))
    .filter((row) => !known.has(keyOf(row)) && known.add(keyOf(row)))
  if (fresh.length === 0) return { output: 0 }
  return { output: fresh.length, write: { inserts: fresh.flatMap((row) => insertsOf(row, machineNow)) } }
}

function decideFolded(input: NewNotifications, audience: Audience, fold: Fold | undefined, known: Set<string>): Decided<number> {
  const { isTold, write } = foldAlert(input.foldKey ?? '', fold, input.machineNow)
  if (!isTold) return { output: 0, write }
  const { output, write: { inserts = [] } = {} } = decideOne(input, audience, known) as { output: number; write?: { inserts: Insert[] } }
  return { output, write: { ...write, inserts: [...write.inserts, ...inserts] } }
}

const keyOf = (row: Pick<NotificationRow, 'event_id' | 'recipient'> & { channel: string }) =>
  `${row.event_id} ${row.channel} ${row.recipient}`

/** A notification with its announcement. */
export function insertsOf(row: NotificationRow, machineNow: Date): Insert[] {
  return [{ table: 'notifications', row }, outboxInsert(announcement(row), machineNow)]
}

export function newRow(cause: Cause, { channel, recipient, template, data, channelId }: Intent, machineNow: Date) {
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
    channel_id: channelId ?? null,
  } satisfies NotificationRow
}
