import type { ChannelEventData } from '@lifeline/backbone/db/channels/events'
import { type MailContent, oneLine } from '../layout.ts'
import { nameOf } from './task-mails.ts'

/** To whoever made a channel that sends no more. */
export function disabledMail({ after, actor, reason }: ChannelEventData): MailContent {
  const name = oneLine(after.name)
  const byProvider = actor === 'system:notifier'
  return {
    subject: `The channel ${name} is disabled`,
    happened: byProvider
      ? 'Its provider refuses for good what is sent through it. Nothing goes through it any more.'
      : `${nameOf(actor)} disabled it. Nothing goes through it any more.`,
    facts: [['Channel', name], ['Type', after.type], ...(reason === undefined ? [] : [['Reason', reason] as const])],
    ...(byProvider && { text: 'Set it right, test it, and enable it again. What was to be sent meanwhile is not sent later by itself.' }),
  }
}
