import type { Selectable } from 'kysely'
import { v7 as uuidv7 } from 'uuid'
import { addMessages, type OutgoingMessage } from '../outbox/add-messages.ts'
import { alertMessage } from '../outbox/alert.ts'
import type { Db, Schema, Trx } from '../schema.ts'
import { inTransaction, reading } from '../transaction.ts'
import { announceAgainAt, MAX_ATTEMPTS, type NotificationStatus, SENDING_LEASE_MS } from './status.ts'

export type Channel = 'email'
export type NotificationRow = Omit<Selectable<Schema['notifications']>, 'status' | 'channel'> & {
  status: NotificationStatus
  channel: Channel
}

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

/**
 * Stores the intents of an event as Queued notifications and announces each to its channel's queue. Intents that are
 * there already are left alone, so an event that comes twice changes nothing. Answers how many were new.
 */
export async function addNotifications(trx: Trx, cause: Cause, intents: readonly Intent[], machineNow: Date): Promise<number> {
  const there = await trx.selectFrom('notifications').select(['channel', 'recipient']).where('event_id', '=', cause.id).execute()
  const keyOf = ({ channel, recipient }: { channel: string; recipient: string }) => `${channel} ${recipient}`
  const known = new Set(there.map(keyOf))
  const rows = intents
    .filter((intent) => !known.has(keyOf(intent)) && known.add(keyOf(intent)))
    .map((intent) => newRow(cause, intent, machineNow))
  if (rows.length === 0) return 0
  await trx.insertInto('notifications').values(rows).execute()
  await addMessages(trx, rows.map(announcement), machineNow)
  return rows.length
}

function newRow(cause: Cause, { channel, recipient, template, data }: Intent, machineNow: Date) {
  return {
    id: uuidv7(),
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

/** The message carries the id only: the row is the truth. Its own id tells announcements apart. */
function announcement(row: Pick<NotificationRow, 'id' | 'version' | 'channel' | 'traceparent'>): OutgoingMessage {
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

export async function findNotification(db: Db, id: string): Promise<NotificationRow | undefined> {
  return (await reading(() => db.selectFrom('notifications').selectAll().where('id', '=', id).executeTakeFirst())) as
    | NotificationRow
    | undefined
}

type Patch = Partial<Omit<NotificationRow, 'id' | 'version' | 'created_at' | 'updated_at'>>

/** Writes a change if the row is still as it was read. Undefined when it is not. */
async function update(db: Db, row: NotificationRow, patch: Patch, machineNow: Date): Promise<NotificationRow | undefined> {
  const next = { ...row, ...patch, version: row.version + 1, updated_at: machineNow }
  const { numUpdatedRows } = await reading(() =>
    db
      .updateTable('notifications')
      .set({ ...patch, version: next.version, updated_at: machineNow })
      .where('id', '=', row.id)
      .where('version', '=', row.version)
      .executeTakeFirst(),
  )
  return numUpdatedRows === 1n ? next : undefined
}

export type Claimed = { kind: 'claimed'; row: NotificationRow } | { kind: 'exhausted'; row: NotificationRow } | { kind: 'taken' }

/**
 * Takes a notification for sending: Sending, with a lease, one more attempt, counted before anything is sent. `taken`
 * when somebody else has it, or it has ended; `exhausted` when all its attempts are used up (senders died of it).
 */
export async function claimNotification(db: Db, id: string, machineNow: Date): Promise<Claimed> {
  const row = await findNotification(db, id)
  if (row === undefined) return { kind: 'taken' }
  const leaseOver = row.status === 'Sending' && row.wake_at !== null && row.wake_at <= machineNow
  if (row.status !== 'Queued' && !leaseOver) return { kind: 'taken' }
  if (row.attempts >= MAX_ATTEMPTS) return { kind: 'exhausted', row }
  const lease = new Date(machineNow.getTime() + SENDING_LEASE_MS)
  const claimed = await update(db, row, { status: 'Sending', attempts: row.attempts + 1, wake_at: lease }, machineNow)
  return claimed === undefined ? { kind: 'taken' } : { kind: 'claimed', row: claimed }
}

/** Sent: nothing more happens to it. False when the lease was lost meanwhile (somebody sends it again). */
export async function markSent(db: Db, row: NotificationRow, providerId: string | null, machineNow: Date): Promise<boolean> {
  const patch: Patch = {
    status: 'Sent',
    wake_at: null,
    sent_at: machineNow,
    provider_id: providerId?.slice(0, 200) || null,
    last_error: null,
  }
  return (await update(db, row, patch, machineNow)) !== undefined
}

/** Back to Queued after a failure that may pass. `wakeAt` is when the clock announces it, unless its message comes first. */
export async function requeueNotification(
  db: Db,
  row: NotificationRow,
  { error, wakeAt }: { error: string; wakeAt: Date },
  machineNow: Date,
) {
  return (await update(db, row, { status: 'Queued', wake_at: wakeAt, last_error: error.slice(0, 1_000) || null }, machineNow)) !== undefined
}

/** Failed for good, with one alert in the same transaction. Nobody gets a mail about it. */
export async function failNotification(db: Db, row: NotificationRow, error: string, machineNow: Date): Promise<boolean> {
  return await inTransaction(db, async (trx) => {
    const failed = await update(trx, row, { status: 'Failed', wake_at: null, last_error: error.slice(0, 1_000) || null }, machineNow)
    if (failed === undefined) return false
    const detail = {
      notification: row.id,
      subject: row.subject,
      channel: row.channel,
      attempts: String(row.attempts),
      error: error.slice(0, 500),
    }
    const alert = {
      key: `notification.${row.channel}`,
      severity: 'error' as const,
      summary: `A ${row.channel} could not be delivered`,
      detail,
    }
    await addMessages(trx, [alertMessage(alert, machineNow, row.traceparent ?? undefined)], machineNow)
    return true
  })
}

/**
 * Announces notifications whose time has come: waiting ones, and those whose sender has gone silent. Answers how many.
 * Every clock may do this at once; a row that another one took is skipped.
 */
export async function announceDueNotifications(db: Db, machineNow: Date, limit: number): Promise<number> {
  const due = (await reading(() =>
    db.selectFrom('notifications').selectAll().where('wake_at', '<=', machineNow).orderBy('wake_at').fetch(limit).execute(),
  )) as NotificationRow[]
  for (const row of due) {
    await inTransaction(db, async (trx) => {
      const announcements = row.announcements + 1
      const wakeAt = announceAgainAt(announcements, machineNow)
      const next = await update(trx, row, { status: 'Queued', announcements, wake_at: wakeAt }, machineNow)
      if (next !== undefined) await addMessages(trx, [announcement(next)], machineNow)
    })
  }
  return due.length
}

/** Deletes at most `limit` notifications that were sent before `before`. Answers how many. */
export async function pruneSentNotifications(db: Db, before: Date, limit: number): Promise<number> {
  return await reading(async () => {
    const old = await db.selectFrom('notifications').select('id').where('sent_at', '<', before).orderBy('sent_at').fetch(limit).execute()
    if (old.length > 0)
      await db
        .deleteFrom('notifications')
        .where(
          'id',
          'in',
          old.map(({ id }) => id),
        )
        .execute()
    return old.length
  })
}
