import { listSubscribers, type Subscriber } from '../channels/find-channels.ts'
import type { Decided, Work } from '../commit.ts'
import { fragments } from '../dialect/fragments.ts'
import { newId } from '../new-id.ts'
import { outboxInsert } from '../outbox/add-messages.ts'
import type { Db } from '../schema.ts'
import { findMailboxes, type Mailboxes } from '../users/find-mailboxes.ts'
import type { Insert, Write } from '../write.ts'
import { findFolds, foldAlert } from './fold-alerts.ts'
import { findTold, groupKeyOf, isWaiting, takeTurn } from './group.ts'
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
 * Stores the intents of an event as Queued notifications and announces each to its channel's queue; what belongs to a group
 * that was told lately waits (takeTurn). Intents that are there already are left alone, so an event that comes twice changes
 * nothing. Answers how many were new.
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
    const stored = inputs.map((input): Stored => {
      const { foldKey, cause } = input
      if (foldKey === undefined) return { rows: freshRows(input, { mailboxes, subscribers, leftOut: 0 }, known) }
      const fold = folds.get(foldKey)
      const audience = { mailboxes, subscribers, leftOut: fold?.left_out ?? 0 }
      // It came before, and is what the fold was told with.
      if (told.has(cause.id) || input.intents(audience).length === 0) return { rows: [] }
      const { isTold, write } = foldAlert(foldKey, fold, input.machineNow)
      return { rows: isTold ? freshRows(input, audience, known) : [], write }
    })
    await giveTurns(
      db,
      stored.flatMap(({ rows }) => rows),
    )
    return stored.map(({ rows, write }): Decided<number> => {
      const inserts = [...(write?.inserts ?? []), ...rows.flatMap((row) => insertsOf(row, row.created_at))]
      if (write === undefined && inserts.length === 0) return { output: 0 }
      return { output: rows.length, write: { ...write, inserts } }
    })
  },
}

/** What an event comes to: its new notifications, and what is kept of a fold. */
interface Stored {
  rows: NotificationRow[]
  write?: Write
}

function freshRows({ cause, intents, machineNow }: NewNotifications, audience: Audience, known: Set<string>): NotificationRow[] {
  return intents(audience)
    .map((intent) => newRow(cause, intent, machineNow))
    .filter((row) => !known.has(keyOf(row)) && known.add(keyOf(row)))
}

/** Makes those of a group wait if it was told lately. Where there is none, which is most often, it asks nothing. */
async function giveTurns(db: Db, rows: readonly NotificationRow[]): Promise<void> {
  const groups = rows.flatMap(({ group_key }) => group_key ?? [])
  const told = await findTold(db, groups, rows[0]?.created_at ?? new Date())
  for (const row of rows) if (row.group_key !== null) Object.assign(row, takeTurn(row.group_key, told, row.created_at))
}

const keyOf = (row: Pick<NotificationRow, 'event_id' | 'recipient'> & { channel: string }) =>
  `${row.event_id} ${row.channel} ${row.recipient}`

/** A notification with its announcement, unless it waits. */
export function insertsOf(row: NotificationRow, machineNow: Date): Insert[] {
  const told = isWaiting(row) ? [] : [outboxInsert(announcement(row), machineNow)]
  return [{ table: 'notifications', row }, ...told]
}

export function newRow(cause: Cause, { channel, recipient, template, data, channelId }: Intent, machineNow: Date): NotificationRow {
  const channel_id = channelId ?? null
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
    channel_id,
    group_key: groupKeyOf({ channel, recipient, template, channel_id }),
    told_at: null,
    told_slot: null,
  }
}
