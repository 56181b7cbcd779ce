import type { SlackSettings } from '@lifeline/backbone/channels/slack'
import { escapeSlack } from '../alerts/deliver-alert.ts'
import { andMore, type Item, type MailContent } from '../mail/layout.ts'
import { describeTogether } from '../mail/templates/together.ts'
import type { Delivery } from './channel-sender.ts'
import { describe } from './describe.ts'
import { MOST_TEXT, postAsBot, postToHook } from './slack-api.ts'
import { isOfTable, sendTable } from './slack-table.ts'

/** Posts a message, through an incoming webhook or as a bot; of the latter it answers the message's `ts`. */
export async function sendToSlack(delivery: Delivery<SlackSettings>): Promise<string | null> {
  const { row, companions, data, settings, post, words } = delivery
  const text = slackText(companions.length === 0 ? describe(row, data, words) : describeTogether([row, ...companions], words))
  if ('url' in settings) return await postToHook(post, settings.url, text)
  // A bot can put one table in the place of another; the words are for the end.
  if (isOfTable(row)) return await sendTable({ ...delivery, settings }, text)
  return await postAsBot(post, settings, text)
}

export function slackText({ subject, happened, facts, items = [], more = 0, text, link }: MailContent): string {
  const lines = [
    `*${escapeSlack(subject)}*`,
    escapeSlack(happened),
    ...facts.map(([name, value]) => `• ${escapeSlack(name)}: ${escapeSlack(value)}`),
  ]
  const after = text ? [escapeSlack(text)] : []
  const end = link === undefined ? '' : `\n<${link.url}|${escapeSlack(link.label)}>`
  const list = cutList(items, more, MOST_TEXT - [...lines, ...after].join('\n').length)
  const start = [...lines, ...list, ...after].join('\n')
  return (start.length > MOST_TEXT ? `${start.slice(0, MOST_TEXT).replace(/&[a-z]{0,3}$/, '')}…` : start) + end
}

/** As many items as there is room for; the others are counted. */
function cutList(items: readonly Item[], more: number, room: number): string[] {
  const lines: string[] = []
  let left = room - 'and 1,000,000 more'.length
  for (const { name, said, url } of items) {
    // A bar would end the link's address, in some clients its name.
    const line = `• <${url}|${escapeSlack(name.replaceAll('|', '/'))}>: ${escapeSlack(said)}`
    left -= line.length + 1
    if (left < 0) return [...lines, ...andMore(more + items.length - lines.length)]
    lines.push(line)
  }
  return [...lines, ...andMore(more)]
}
