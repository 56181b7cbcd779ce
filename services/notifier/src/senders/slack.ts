import type { SlackSettings } from '@lifeline/backbone/channels/slack'
import { escapeSlack } from '../alerts/deliver-alert.ts'
import { andMore, type Item, type MailContent } from '../mail/layout.ts'
import { describeTogether } from '../mail/templates/together.ts'
import type { Delivery } from './channel-sender.ts'
import { describe } from './describe.ts'
import type { Answer } from './post.ts'
import { DelayedError, RefusedError } from './sender.ts'

/** What no message through this channel can help. Slack's words, of webhooks and of chat.postMessage. */
const BROKEN: ReadonlySet<string> = new Set([
  ...['invalid_token', 'no_active_hooks', 'no_service', 'no_service_id', 'no_team', 'team_disabled', 'action_prohibited'],
  ...['invalid_auth', 'not_authed', 'account_inactive', 'token_revoked', 'token_expired', 'org_login_required', 'access_denied'],
  ...['channel_not_found', 'channel_is_archived', 'is_archived', 'not_in_channel', 'posting_to_general_channel_denied'],
  ...['no_permission', 'missing_scope', 'restricted_action', 'ekm_access_denied', 'not_allowed_token_type', 'method_deprecated'],
])
/** What may pass. */
const PASSING: ReadonlySet<string> = new Set([
  ...['ratelimited', 'rate_limited', 'message_limit_exceeded', 'internal_error', 'fatal_error', 'service_unavailable', 'request_timeout'],
  ...['team_added_to_org', 'rollup_error'],
])

/** Longer ones are cut by Slack in an ugly way. */
const MOST_TEXT = 3_500

/** Posts a message, through an incoming webhook or as a bot; of the latter it answers the message's `ts`. */
export async function sendToSlack({ row, companions, data, settings, post, words }: Delivery<SlackSettings>): Promise<string | null> {
  const text = slackText(companions.length === 0 ? describe(row, data, words) : describeTogether([row, ...companions], words))
  if ('url' in settings) {
    const answer = await post({ url: settings.url, body: JSON.stringify({ text, unfurl_links: false }) })
    if (answer.status === 200) return null
    throw failure(answer, answer.text.trim())
  }
  const { botToken, channelId: channel, apiUrl } = settings
  const answer = await post({
    url: `${apiUrl}/chat.postMessage`,
    headers: { authorization: `Bearer ${botToken}`, 'content-type': 'application/json; charset=utf-8' },
    body: JSON.stringify({ channel, text, unfurl_links: false }),
  })
  const { ok, ts, error } = readAnswer(answer)
  if (answer.status === 200 && ok === true) return ts ?? null
  throw failure(answer, error ?? '')
}

function readAnswer({ text }: Answer): { ok?: boolean; ts?: string; error?: string } {
  try {
    return JSON.parse(text) ?? {}
  } catch {
    return {}
  }
}

function failure({ status, retryAfterMs }: Answer, said: string): Error {
  // One of Slack's words: whatever else answers is not repeated.
  const word = /^[a-z_]{1,60}$/.test(said) ? said : ''
  const message = `Slack answered ${status}${word && ` ${word}`}.`
  if (status === 429 || /^rate_?limited$/.test(word)) return new DelayedError(message, { throttled: true, retryAfterMs })
  if (BROKEN.has(word) || [401, 403, 404, 410].includes(status)) return new RefusedError(message, { disable: true })
  if (status >= 500 || PASSING.has(word)) return new DelayedError(message, { retryAfterMs })
  // A redirect, or a page instead of an answer: somebody stands between us.
  if (status >= 300 ? status < 400 : word === '') return new DelayedError(message)
  return new RefusedError(message)
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
