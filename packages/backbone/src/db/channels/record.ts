import { logInsert } from '../log-insert.ts'
import { outboxInsert } from '../outbox/add-messages.ts'
import type { Insert } from '../write.ts'
import { type ChannelRow, eventsOf, toChannelFacts } from './channel.ts'
import { type ChannelAction, channelEvent } from './events.ts'

export interface ChannelWrite {
  before: ChannelRow | null
  after: ChannelRow
  action: ChannelAction
  /** The principal that did it. */
  actor: string
  reason?: string | undefined
  /** Domain time. */
  now: Date
  traceparent?: string | undefined
}

/** The log row and the event of a change, one of each: written together with the change itself. */
export function recordOf({ before, after, action, actor, reason, now, traceparent }: ChannelWrite): Insert[] {
  const log = logInsert('channel', after.id, {
    version: after.version,
    action,
    from: before?.status ?? null,
    to: after.status,
    actor,
    reason: reason ?? null,
    changes: before === null ? null : changesOf(before, after),
    at: now,
  })
  const data = {
    ...(before === null ? {} : { before: { name: before.name, events: eventsOf(before), status: before.status } }),
    after: toChannelFacts(after),
    actor,
    ...(reason === undefined ? {} : { reason }),
  }
  return [log, outboxInsert(channelEvent(action, data, now, traceparent))]
}

/** `{name: {from, to}}`, but of settings only that they are others: a log is kept for ever, secrets and addresses are not. */
function changesOf(before: ChannelRow, after: ChannelRow): Record<string, { from?: unknown; to?: unknown }> {
  return {
    ...(before.name === after.name ? {} : { name: { from: before.name, to: after.name } }),
    ...(before.events === after.events ? {} : { events: { from: eventsOf(before), to: eventsOf(after) } }),
    ...(before.status === after.status ? {} : { status: { from: before.status, to: after.status } }),
    ...(before.sealed === after.sealed ? {} : { settings: {} }),
  }
}
