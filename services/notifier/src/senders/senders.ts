import type { Channel } from '@lifeline/backbone/db/notifications/notification'
import { type ChannelParts, channelSender } from './channel-sender.ts'
import { type MailParts, mailSender } from './mail-sender.ts'
import { sendToOpsgenie } from './opsgenie.ts'
import type { Sender } from './sender.ts'
import { sendToSlack } from './slack.ts'
import { sendToWebhook } from './webhook.ts'

/** A sender for each channel; its queue is `notification.<channel>`. A new one is a file and a line. */
export type Senders = Record<Channel, Sender>

export function makeSenders(parts: MailParts & ChannelParts): Senders {
  return {
    email: mailSender(parts),
    // About one message a second is what Slack takes for a channel.
    slack: channelSender(parts, sendToSlack, { atOnce: 1, everyMs: 1_000 }),
    webhook: channelSender(parts, sendToWebhook, { atOnce: 5, everyMs: 0 }),
    opsgenie: channelSender(parts, sendToOpsgenie, { atOnce: 5, everyMs: 0 }),
  }
}
