import type { AnyEvent } from '@lifeline/backbone/broker/read-event'
import { topicMatches } from '@lifeline/backbone/broker/topic-matches'
import { opsgenieVerb } from '@lifeline/backbone/channels/opsgenie'
import type { Subscriber } from '@lifeline/backbone/db/channels/find-channels'
import type { Audience, Intent } from '@lifeline/backbone/db/notifications/add-notifications'
import { recipientsOf } from '@lifeline/backbone/db/notifications/channel-notifications'

/** Of these the channels that a scheduler or a report names are told. What goes Down is told as an incident, which knows of maintenance and of dependencies. */
const TOLD_BY_NAME: ReadonlySet<string> = new Set([
  'scheduler.late',
  'scheduler.flapping',
  'scheduler.anomaly',
  'incident.opened',
  'incident.reminder',
  'incident.escalated',
  'incident.resolved',
  'maintenance.ended',
  'report.started',
  'report.refreshed',
  'report.ended',
])

/**
 * What goes through channels of an event of any kind: to those whose patterns match its type, and to those that its data
 * names (`after.channels`). Whoever did it is told too: a channel is nobody.
 */
export function intentsForChannels(event: AnyEvent, { subscribers, leftOut }: Pick<Audience, 'subscribers' | 'leftOut'>): Intent[] {
  const named = TOLD_BY_NAME.has(event.type) ? namesIn(event.data) : new Set()
  const hears = ({ name, events }: Subscriber) => named.has(name) || events.some((pattern) => topicMatches(pattern, event.type))
  const data = { ...event.data, at: event.time.toISOString(), ...(leftOut > 0 && { leftOut }) }
  return subscribers
    .filter((channel) => hears(channel) && canTell(channel, event))
    .flatMap((channel) =>
      recipientsOf(channel).map((recipient) => ({
        channel: channel.type,
        channelId: channel.id,
        recipient,
        template: event.type,
        data,
      })),
    )
}

/** Alerts of one key are about the same trouble: channels are told of one in ten minutes. */
export function foldKeyOf(event: AnyEvent): string | undefined {
  return event.type === 'alert.operations' ? event.data.key : undefined
}

/** Names of channels in the data of an event, in lower case. */
function namesIn(data: unknown): Set<string> {
  const { channels } = (data as { after?: { channels?: unknown } }).after ?? {}
  return new Set(Array.isArray(channels) ? channels.map((name) => String(name).toLowerCase()) : [])
}

function canTell(channel: Subscriber, event: AnyEvent): boolean {
  const { id, type } = channel
  // That a channel is broken is nothing to be told through it.
  if (event.type === 'alert.operations' && event.data.detail.channelId === id) return false
  // The table of a report that comes again and again is for those who put it in the place of the last one, and for programs.
  if (event.type === 'report.refreshed') return type === 'webhook' || isSlackBot(channel)
  if (event.type === 'report.started' && type === 'email') return false
  return type !== 'opsgenie' || opsgenieVerb(event.type, event.data) !== undefined
}

/** A bot can update what it has posted; an incoming webhook cannot. */
const isSlackBot = ({ type, settings }: Subscriber) => type === 'slack' && settings.channelId !== undefined
