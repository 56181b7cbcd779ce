import type { Work } from '../commit.ts'
import { fragments } from '../dialect/fragments.ts'
import type { Writer } from '../group-commit.ts'
import { type OutgoingMessage, outboxInsert } from '../outbox/add-messages.ts'
import { ALERT_TYPE, alertMessage } from '../outbox/alert.ts'
import type { Update } from '../write.ts'
import { findNotifications, type NotificationRow } from './notification.ts'
import { MAX_ATTEMPTS, SENDING_LEASE_MS } from './status.ts'

export type Patch = Partial<Omit<NotificationRow, 'id' | 'version' | 'created_at' | 'updated_at'>>

export interface NotificationChange {
  /** As it was read. */
  row: NotificationRow
  patch: Patch
  machineNow: Date
  /** What the world hears of it. */
  tell?: (next: NotificationRow) => OutgoingMessage[]
}

const keys = (id: string) => [`notification/${id}`]

/** Writes a change if the row is still as it was read, and answers the row after it; undefined when it is not. */
export const changeNotification: Work<NotificationChange, NotificationRow | undefined> = {
  keys: ({ row }) => keys(row.id),

  async decide(db, changes) {
    const ids = changes.map(({ row }) => row.id)
    const { anyOf } = fragments(db)
    const rows = await db
      .selectFrom('notifications')
      .select(['id', 'version'])
      .where(anyOf('notifications', 'id', ids))
      .execute()
    const versions = new Map(rows.map(({ id, version }) => [id, version]))
    return changes.map(({ row, patch, machineNow, tell = () => [] }) => {
      if (versions.get(row.id) !== row.version) return { output: undefined }
      const output = { ...row, ...patch, version: row.version + 1, updated_at: machineNow }
      const inserts = tell(output).map((message) => outboxInsert(message, machineNow))
      return { output, write: { update: updateOf(row, output), inserts } }
    })
  },
}

/** All that may ever change of a notification; of most there is no group. */
export function updateOf(before: NotificationRow, after: NotificationRow): Update {
  const { status, attempts, announcements, version, wake_at, last_error, provider_id, updated_at, sent_at } = after
  const set = { status, attempts, announcements, version, wake_at, last_error, provider_id, updated_at, sent_at }
  const { group_key, told_at, told_slot } = after
  const whole = before.group_key === null ? set : { ...set, group_key, told_at, told_slot }
  return { table: 'notifications', id: before.id, version: before.version, set: whole }
}

export type Claimed = { kind: 'claimed'; row: NotificationRow } | { kind: 'exhausted'; row: NotificationRow } | { kind: 'taken' }

/**
 * Takes a notification for sending: Sending, with a lease, one more attempt, counted before anything is sent. `taken`
 * when somebody else has it, or it has ended; `exhausted` when all its attempts are used up (senders died of it).
 */
export const claimNotification: Work<{ id: string; machineNow: Date }, Claimed> = {
  keys: ({ id }) => keys(id),

  async decide(db, claims) {
    const rows = await findNotifications(
      db,
      claims.map(({ id }) => id),
    )
    const byId = new Map(rows.map((row) => [row.id, row]))
    return claims.map(({ id, machineNow }) => {
      const before = byId.get(id)
      if (before === undefined || !isFree(before, machineNow)) return { output: { kind: 'taken' } }
      if (before.attempts >= MAX_ATTEMPTS) return { output: { kind: 'exhausted', row: before } }
      const lease = { status: 'Sending' as const, wake_at: new Date(machineNow.getTime() + SENDING_LEASE_MS) }
      const row = { ...before, ...lease, attempts: before.attempts + 1, version: before.version + 1, updated_at: machineNow }
      return { output: { kind: 'claimed', row }, write: { update: updateOf(before, row), inserts: [] } }
    })
  },
}

function isFree({ status, wake_at }: NotificationRow, machineNow: Date): boolean {
  return status === 'Queued' || (status === 'Sending' && wake_at !== null && wake_at <= machineNow)
}

const shortened = (error: string) => error.slice(0, 1_000) || null

/** Sent: nothing more happens to it. Like all of these, false when the lease was lost meanwhile (somebody sends it again). */
export async function markSent(writer: Writer, row: NotificationRow, providerId: string | null, machineNow: Date): Promise<boolean> {
  const provider_id = providerId?.slice(0, 200) || null
  const patch: Patch = { status: 'Sent', wake_at: null, sent_at: machineNow, provider_id, last_error: null, group_key: null }
  return (await writer.submit(changeNotification, { row, patch, machineNow })) !== undefined
}

/**
 * Back to Queued after a failure that may pass. `wakeAt` is when the clock announces it, unless its message comes first. With
 * `free` the attempt does not count: its provider was there, and asked us to wait.
 */
export async function requeueNotification(
  writer: Writer,
  row: NotificationRow,
  { error, wakeAt, free = false }: { error: string; wakeAt: Date; free?: boolean },
  machineNow: Date,
): Promise<boolean> {
  const attempts = free ? row.attempts - 1 : row.attempts
  const patch: Patch = { status: 'Queued', wake_at: wakeAt, last_error: shortened(error), attempts }
  return (await writer.submit(changeNotification, { row, patch, machineNow })) !== undefined
}

/** Back to where it was before it was told at all: it is too early for it, and its group has not been told by it. */
export async function holdNotification(writer: Writer, row: NotificationRow, until: Date, machineNow: Date): Promise<boolean> {
  const untold = { announcements: 0, told_at: null, told_slot: null }
  const patch: Patch = { ...untold, status: 'Queued', wake_at: until, attempts: row.attempts - 1 }
  return (await writer.submit(changeNotification, { row, patch, machineNow })) !== undefined
}

/**
 * Failed for good, with one alert in the same transaction unless it is `quiet`. Nobody gets a mail about it; and that an alert
 * could not be told is no further alert, which might go the same way.
 */
export async function failNotification(
  writer: Writer,
  row: NotificationRow,
  { error, quiet = false }: { error: string; quiet?: boolean },
  machineNow: Date,
): Promise<boolean> {
  const patch: Patch = { status: 'Failed', wake_at: null, last_error: shortened(error), group_key: null }
  const tell = () => (quiet || row.template === ALERT_TYPE ? [] : [failureAlert(row, error, machineNow)])
  return (await writer.submit(changeNotification, { row, patch, machineNow, tell })) !== undefined
}

function failureAlert(row: NotificationRow, error: string, machineNow: Date): OutgoingMessage {
  const detail = {
    notification: row.id,
    subject: row.subject,
    channel: row.channel,
    ...(row.channel_id === null ? {} : { channelId: row.channel_id }),
    attempts: String(row.attempts),
    error: error.slice(0, 500),
  }
  const summary = `A ${row.channel} could not be delivered`
  return alertMessage({ key: `notification.${row.channel}`, severity: 'error', summary, detail }, machineNow, row.traceparent ?? undefined)
}
