import type { SlackSettings } from '@lifeline/backbone/channels/slack'
import { escapeSlack } from '../alerts/deliver-alert.ts'
import type { MailContent } from '../mail/layout.ts'
import type { Delivery } from './channel-sender.ts'
import { describe } from './describe.ts'
import { MOST_TEXT, postAsBot, postToHook } from './slack-api.ts'
import { isOfTable, sendTable } from './slack-table.ts'

/** Posts a message, through an incoming webhook or as a bot; of the latter it answers the message's `ts`. */
export async function sendToSlack(delivery: Delivery<SlackSettings>): Promise<string | null> {
  const { row, data, settings, post, words } = delivery
  const text = slackText(describe(row, data, words))
  if ('url' in settings) return await postToHook(post, settings.url, text)
  // A bot can put one table in the place of another; the words are for the end.
  if (isOfTable(row)) return await sendTable({ ...delivery, settings }, text)
  return await postAsBot(post, settings, text)
}

export function slackText({ subject, happened, facts, text, link }: MailContent): string {
  const lines = [
    `*${escapeSlack(subject)}*`,
    escapeSlack(happened),
    ...facts.map(([name, value]) => `• ${escapeSlack(name)}: ${escapeSlack(value)}`),
  ]
  const more = text ? escapeSlack(text) : ''
  const end = link === undefined ? '' : `\n<${link.url}|${escapeSlack(link.label)}>`
  const start = [...lines, ...(more && [more])].join('\n')
  return (start.length > MOST_TEXT ? `${start.slice(0, MOST_TEXT).replace(/&[a-z]{0,3}$/, '')}…` : start) + end
}
