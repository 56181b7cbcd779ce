import { type OpsgenieSettings, opsgenieVerb } from '@lifeline/backbone/channels/opsgenie'
import { type NotificationRow, TEST_TEMPLATE } from '@lifeline/backbone/db/notifications/notification'
import type { Delivery } from './channel-sender.ts'
import { describe } from './describe.ts'
import { isOvertaken } from './overtaken.ts'
import type { Answer } from './post.ts'
import { DelayedError, RefusedError } from './sender.ts'

/** Opens the alert of a subject, or closes it. Opsgenie works it off later; what it answers is the id of the request. */
export async function sendToOpsgenie({ row, data, settings, post, words, db }: Delivery<OpsgenieSettings>): Promise<string | null> {
  const verb = row.template === TEST_TEMPLATE ? 'open' : opsgenieVerb(row.template, data)
  if (verb === undefined || (await isOvertaken(db, row, isHeard))) return null
  const { subject, happened, facts } = describe(row, data, words)
  const alias = aliasOf(row, data)
  const headers = { authorization: `GenieKey ${settings.apiKey}` }
  const path = verb === 'open' ? '' : `/${encodeURIComponent(alias)}/close?identifierType=alias`
  const alert = {
    message: subject.slice(0, 130),
    alias,
    description: happened.slice(0, 15_000),
    details: Object.fromEntries(facts),
    source: 'Lifeline',
    // A test shall wake nobody.
    ...(row.template === TEST_TEMPLATE && { priority: 'P5' }),
  }
  const body = verb === 'open' ? alert : { source: 'Lifeline', note: `${subject}. ${happened}`.slice(0, 15_000) }
  const answer = await post({ url: `${settings.apiUrl}/v2/alerts${path}`, headers, body: JSON.stringify(body) })
  if (answer.status >= 200 && answer.status < 300) return requestIdOf(answer)
  throw failure(answer)
}

/** An alert that was closed must not be opened by a late try. */
const isHeard = ({ template, data }: NotificationRow) => opsgenieVerb(template, JSON.parse(data)) !== undefined

/** One alert for one subject, however often it is opened; alerts of ours are about one trouble when they have one key. */
function aliasOf({ template, subject }: NotificationRow, data: Record<string, unknown>): string {
  return (template === 'alert.operations' ? `alert/${data.key}` : subject).slice(0, 512)
}

function requestIdOf({ text }: Answer): string | null {
  try {
    return String(JSON.parse(text).requestId ?? '') || null
  } catch {
    return null
  }
}

function failure({ status, retryAfterMs }: Answer): Error {
  const message = `Opsgenie answered ${status}.`
  if (status === 429) return new DelayedError(message, { throttled: true, retryAfterMs })
  // The key is wrong, or may not do it.
  if (status === 401 || status === 403) return new RefusedError(message, { disable: true })
  // This alert, not the channel.
  if (status === 400 || status === 422) return new RefusedError(message)
  return new DelayedError(message, { retryAfterMs })
}
