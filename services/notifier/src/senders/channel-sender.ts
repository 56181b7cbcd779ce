import { openSettings } from '@lifeline/backbone/channels/settings'
import type { ChannelRow } from '@lifeline/backbone/db/channels/channel'
import { findChannels } from '@lifeline/backbone/db/channels/find-channels'
import { type NotificationRow, TEST_TEMPLATE } from '@lifeline/backbone/db/notifications/notification'
import type { Db } from '@lifeline/backbone/db/schema'
import type { Secrets } from '@lifeline/backbone/process/secrets'
import type { MailSettings } from '../mail/render.ts'
import { makePace, type Pace } from './pace.ts'
import { makePost, type Post } from './post.ts'
import { RefusedError, type Sender } from './sender.ts'

export interface ChannelParts {
  db: Db
  secrets: Secrets
  settings: MailSettings
  /** Whether providers may be in private networks, on this machine even: else whoever may make a channel could reach into ours. */
  allowPrivate: boolean
  /** How long a provider may take to answer. */
  timeoutMs?: number
  signal: AbortSignal
}

/** What a sender of some type needs to send a notification through a channel. */
export interface Delivery<Settings> {
  row: NotificationRow
  /** What goes in the same message. */
  companions: readonly NotificationRow[]
  /** The event's own data, with its instant as `at`. */
  data: { at: string; [member: string]: unknown }
  settings: Settings
  post: Post
  /** How links and instants are written. */
  words: MailSettings
  db: Db
}

/** Hands a notification to the provider of a channel; otherwise as `Sender.send`. */
export type Deliver<Settings> = (delivery: Delivery<Settings>) => Promise<string | null>

/** A sender through channels of one type: finds the channel, opens its settings, and keeps to the pace of its provider. */
export function channelSender<Settings>(parts: ChannelParts, deliver: Deliver<Settings>, pace: Pace): Sender {
  const { db, secrets, settings: words, signal } = parts
  const inTurn = makePace(pace, signal)
  const post = makePost(parts)
  return {
    async send(row, companions) {
      const id = row.channel_id ?? row.recipient
      return await inTurn(id, async () => {
        const settings = openSettings(await getOpenChannel(db, row, id), secrets) as Settings
        return await deliver({ row, companions, data: JSON.parse(row.data), settings, post, words, db })
      })
    },
  }
}

/** The channel of a notification. Throws RefusedError when nothing may go through it any more. */
export async function getOpenChannel(db: Db, { template }: NotificationRow, id: string): Promise<ChannelRow> {
  const [channel] = await findChannels(db, [id])
  if (channel === undefined) throw new RefusedError('The channel was deleted.', { quiet: true })
  // Whoever tests it wants to know whether it would work.
  if (channel.status === 'Disabled' && template !== TEST_TEMPLATE) throw new RefusedError('The channel is disabled.', { quiet: true })
  return channel
}
