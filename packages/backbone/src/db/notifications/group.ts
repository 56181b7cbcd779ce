import { hash } from 'node:crypto'
import { fragments } from '../dialect/fragments.ts'
import type { Db } from '../schema.ts'
import { reading } from '../transaction.ts'
import type { NotificationRow } from './notification.ts'
import { announceAgainAt } from './status.ts'

/** One recipient hears of one group once in this time, and nobody waits longer for it. Machine time. */
export const GROUP_MS = 60_000
/** Notifications in one message; what is more than that comes with the next. */
export const MOST_TOGETHER = 1_000

const OPENED = 'incident.opened'
const TEMPLATES: ReadonlySet<string> = new Set([OPENED, 'incident.reminder', 'incident.resolved'])
/** Webhooks and Opsgenie are for programs, which want each event by itself. */
const CHANNELS: ReadonlySet<string> = new Set(['email', 'slack'])

type Grouped = Pick<NotificationRow, 'channel' | 'recipient' | 'template' | 'channel_id'>

/** The group of a notification: who hears what, through what. Null for what is told alone, which is most. */
export function groupKeyOf({ channel, recipient, template, channel_id }: Grouped): string | null {
  if (!TEMPLATES.has(template) || !CHANNELS.has(channel)) return null
  return hash('sha256', [template, channel, channel_id ?? '', recipient.toLowerCase()].join(' '))
}

const minuteOf = (at: Date) => Math.floor(at.getTime() / GROUP_MS)
const slotOf = (groupKey: string, minute: number) => `${groupKey}/${minute}`

/** When these groups were last told, of those that were so lately that it matters. */
export async function findTold(db: Db, groupKeys: readonly string[], machineNow: Date): Promise<Map<string, Date>> {
  if (groupKeys.length === 0) return new Map()
  const now = minuteOf(machineNow)
  // The next one too: the clock of another machine may be ahead of ours.
  const slots = [...new Set(groupKeys)].flatMap((key) => [now - 1, now, now + 1].map((minute) => slotOf(key, minute)))
  const rows = await reading(() =>
    db
      .selectFrom('notifications')
      .select(['told_slot', 'told_at'])
      .where(fragments(db).anyOf('notifications', 'told_slot', slots))
      // So that PostgreSQL knows that the index, which has no others, will do.
      .where('told_slot', 'is not', null)
      .orderBy('told_at')
      .execute(),
  )
  return new Map(rows.map(({ told_slot, told_at }) => [(told_slot ?? '').split('/')[0] ?? '', told_at ?? machineNow]))
}

export type Turn = Pick<NotificationRow, 'announcements' | 'wake_at' | 'told_at' | 'told_slot'>

/**
 * Whether a notification of a group is told now, or waits. Thirty schedulers that go Down together are two messages: the first
 * is told at once; those that come within a minute of it wait until that is over (Queued, not announced, with a `wake_at`).
 * The clock announces one of them, and whoever sends one takes along all of its group that are waiting (findCompanions):
 * each is claimed, sent and recorded like any other, so that whatever dies in between loses none of them. Notes in `told`
 * what it decides. Two writers that decide at once have the same `told_slot`, which is unique: one of them decides again.
 */
export function takeTurn(groupKey: string, told: Map<string, Date>, machineNow: Date): Turn {
  const next = (told.get(groupKey)?.getTime() ?? 0) + GROUP_MS
  if (next > machineNow.getTime()) return { announcements: 0, wake_at: new Date(next), told_at: null, told_slot: null }
  told.set(groupKey, machineNow)
  const told_slot = slotOf(groupKey, minuteOf(machineNow))
  return { announcements: 1, wake_at: announceAgainAt(1, machineNow), told_at: machineNow, told_slot }
}

/** Whether it has its turn to wait for: it was not announced yet. */
export const isWaiting = ({ group_key, announcements }: NotificationRow) => group_key !== null && announcements === 0

export interface Companions {
  /** What can be sent in the same message, oldest first. */
  ids: string[]
  /** When to look again, if the notification itself is too early. */
  holdUntil?: Date
}

const LOOK_AGAIN_MS = 2_000

/**
 * What goes with a claimed notification of a group. Nobody shall hear that an incident is over, or still there, before they hear
 * that it is open: as long as the `incident.opened` of the same incident for the same recipient is to be sent, the others wait.
 */
export async function findCompanions(db: Db, row: NotificationRow, machineNow: Date): Promise<Companions> {
  if (row.group_key === null) return { ids: [] }
  const others = await reading(() =>
    db
      .selectFrom('notifications')
      .select(['id', 'subject'])
      .where('group_key', '=', row.group_key)
      .where('status', '=', 'Queued')
      .where('id', '!=', row.id)
      .orderBy('created_at')
      .fetch(MOST_TOGETHER - 1)
      .execute(),
  )
  const unopened = row.template === OPENED ? new Map<string, Date>() : await findUnopened(db, row, [row, ...others], machineNow)
  const holdUntil = unopened.get(row.subject)
  if (holdUntil !== undefined) return { ids: [], holdUntil }
  return { ids: others.filter(({ subject }) => !unopened.has(subject)).map(({ id }) => id) }
}

/** Of these subjects, those whose opening the recipient has not heard of yet, and when that may have changed. */
async function findUnopened(db: Db, row: NotificationRow, all: readonly { subject: string }[], machineNow: Date) {
  const opened = groupKeyOf({ ...row, template: OPENED })
  const rows = await reading(() =>
    db
      .selectFrom('notifications')
      .select(['subject', 'status', 'wake_at'])
      .where('group_key', '=', opened)
      .where('status', 'in', ['Queued', 'Sending'])
      .execute(),
  )
  const asked = new Set(all.map(({ subject }) => subject))
  const soon = machineNow.getTime() + LOOK_AGAIN_MS
  // One that is being sent is there in a moment; a waiting one after its turn.
  const lookAt = ({ status, wake_at }: (typeof rows)[number]) =>
    status === 'Sending' ? soon : Math.max(soon, (wake_at?.getTime() ?? 0) + 1_000)
  return new Map(rows.filter(({ subject }) => asked.has(subject)).map((one) => [one.subject, new Date(lookAt(one))]))
}
