import type { SlackSettings } from '@lifeline/backbone/channels/slack'
import type { Answer, Post } from './post.ts'
import { DelayedError, RefusedError } from './sender.ts'

export type SlackBot = Extract<SlackSettings, { botToken: string }>

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
export const MOST_TEXT = 3_500

/** What Slack said: the `ts` by which it knows the message, or its word for why not, with the failure that this is. */
export type Said = { ts: string | null } | { word: string; failure: Error }

/** Posts a message into the channel of a bot, or puts another in the place of one that it has posted (`ts`). */
export async function askSlack(
  post: Post,
  { botToken, channelId: channel, apiUrl }: SlackBot,
  message: { text: string; ts?: string },
): Promise<Said> {
  const answer = await post({
    url: `${apiUrl}/${message.ts === undefined ? 'chat.postMessage' : 'chat.update'}`,
    headers: { authorization: `Bearer ${botToken}`, 'content-type': 'application/json; charset=utf-8' },
    body: JSON.stringify({ channel, ...message, ...(message.ts === undefined && { unfurl_links: false }) }),
  })
  const { ok, ts, error = '' } = readAnswer(answer)
  if (answer.status === 200 && ok === true) return { ts: ts ?? message.ts ?? null }
  return { word: error, failure: failure(answer, error) }
}

/** The same for a message that has no place yet. Throws what it failed with. */
export async function postAsBot(post: Post, bot: SlackBot, text: string): Promise<string | null> {
  const said = await askSlack(post, bot, { text })
  if ('failure' in said) throw said.failure
  return said.ts
}

/** Posts through an incoming webhook, which says nothing of the message. Throws what it failed with. */
export async function postToHook(post: Post, url: string, text: string): Promise<null> {
  const answer = await post({ url, body: JSON.stringify({ text, unfurl_links: false }) })
  if (answer.status === 200) return null
  throw failure(answer, answer.text.trim())
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
