import type { Decided, Work } from '../commit.ts'
import { NotUniqueError } from '../errors.ts'
import { nameKey } from '../name-key.ts'
import { outboxInsert } from '../outbox/add-messages.ts'
import { alertMessage } from '../outbox/alert.ts'
import type { Update } from '../write.ts'
import { nameLine } from './add-channel.ts'
import type { ChannelRow } from './channel.ts'
import { type ChannelCommand, decide } from './decide.ts'
import { findChannels, takenNames } from './find-channels.ts'
import { recordOf } from './record.ts'

export interface ChannelChange {
  id: string
  command: ChannelCommand
  /** Only while it is at one of these versions. */
  ifVersion?: readonly number[] | undefined
  /** The people who run Lifeline must hear of it: no person asked for it. */
  alert?: boolean
  /** The principal that asks for it. */
  actor: string
  /** Domain time. */
  now: Date
  traceparent?: string | undefined
}

export type ChannelOutcome = { kind: 'changed' | 'unchanged' | 'stale'; channel: ChannelRow } | { kind: 'missing' }

/**
 * Changes a channel: reads it, decides, and writes the new row, a log row and an event, if it is still as it was read.
 * Refuses with NotUniqueError (`channels_name_key`) when the new name is another's.
 */
export const changeChannel: Work<ChannelChange, ChannelOutcome> = {
  keys: ({ id, command }) => [`channel/${id}`, ...wanted(command).map(nameLine)],

  async decide(db, changes) {
    const ids = changes.map(({ id }) => id)
    const names = changes.flatMap(({ command }) => wanted(command))
    const [rows, taken] = await Promise.all([findChannels(db, ids), takenNames(db, names)])
    const byId = new Map(rows.map((row) => [row.id, row]))
    return changes.map((change) => decideOne(change, byId.get(change.id), taken))
  },
}

function decideOne(
  change: ChannelChange,
  before: ChannelRow | undefined,
  taken: ReadonlyMap<string | null, string>,
): Decided<ChannelOutcome> {
  const { id, command, ifVersion, alert = false, actor, now, traceparent } = change
  if (before === undefined) return { output: { kind: 'missing' } }
  if (ifVersion !== undefined && !ifVersion.includes(before.version)) return { output: { kind: 'stale', channel: before } }
  let decision: ReturnType<typeof decide>
  try {
    decision = decide(before, command, now)
  } catch (error) {
    // Settings that cannot be: this one alone is refused.
    return { error: error as Error }
  }
  if (decision.kind === 'unchanged') return { output: { kind: 'unchanged', channel: before } }
  const { row: channel, action } = decision
  if ((taken.get(channel.name_key) ?? id) !== id) return { error: new NotUniqueError('channels_name_key', undefined) }
  const reason = command.do === 'disable' ? (channel.disabled_reason ?? undefined) : undefined
  const inserts = recordOf({ before, after: channel, action, actor, reason, now, traceparent })
  if (alert) inserts.push(outboxInsert(disabledAlert(channel)))
  return { output: { kind: 'changed', channel }, write: { inserts, update: updateOf(before, channel) } }
}

const wanted = (command: ChannelCommand) => (command.do === 'edit' && command.edit.name !== undefined ? [nameKey(command.edit.name)] : [])

/** All that may ever change: a channel is not changed often enough for several statements. */
function updateOf(before: ChannelRow, { id, type: _, created_by: __, created_at: ___, ...set }: ChannelRow): Update {
  return { table: 'channels', id, version: before.version, set }
}

function disabledAlert({ id, name, type, disabled_reason }: ChannelRow) {
  return alertMessage({
    key: `channel/${id}`,
    severity: 'error',
    summary: `The channel ${name} was disabled: ${type} refuses what is sent through it`,
    detail: { channelId: id, type, reason: disabled_reason ?? '' },
  })
}
