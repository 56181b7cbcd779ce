import { createHmac } from 'node:crypto'
import type { WebhookSettings } from '@lifeline/backbone/channels/webhook'
import type { Delivery } from './channel-sender.ts'
import type { Answer } from './post.ts'
import { DelayedError, RefusedError } from './sender.ts'

/** What Standard Webhooks allow. */
const MOST_BYTES = 20_000
/** The receiver asks for fewer. */
const THROTTLING = [429, 502, 504]

/** Posts the event by Standard Webhooks 1.0.0. Its id is the notification's, the same at each try and at each replay. */
export async function sendToWebhook({ row, data, settings, post }: Delivery<WebhookSettings>): Promise<null> {
  const body = webhookBody(row, data)
  const now = new Date()
  const headers = { 'user-agent': 'Lifeline-Webhook', ...signed(row.id, body, settings, now) }
  const answer = await post({ url: settings.url, headers, body })
  if (answer.status >= 200 && answer.status < 300) return null
  throw failure(answer)
}

interface Sent {
  event_id: string
  template: string
  subject: string
}

/** `{type, timestamp, id, subject, sequence, data}`: the event's own attributes and data; without its data where that is too large. */
export function webhookBody({ event_id: id, template: type, subject }: Sent, { at, ...data }: { at: string }): string {
  const sequence = /@(\d+)$/.exec(id)?.[1]
  const head = { type, timestamp: at, id, subject, ...(sequence !== undefined && { sequence: Number(sequence) }) }
  const body = JSON.stringify({ ...head, data })
  return Buffer.byteLength(body) < MOST_BYTES ? body : JSON.stringify({ ...head, data: {}, truncated: true })
}

function signed(id: string, body: string, { secret, previous, previousUntil }: WebhookSettings, now: Date) {
  const timestamp = String(Math.floor(now.getTime() / 1_000))
  const secrets = [secret, ...(previous !== undefined && now < new Date(previousUntil ?? 0) ? [previous] : [])]
  const signatures = secrets.map((one) => {
    const key = Buffer.from(one.replace(/^whsec_/, ''), 'base64')
    return `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')}`
  })
  return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signatures.join(' ') }
}

function failure({ status, retryAfterMs }: Answer): Error {
  const message = `The webhook answered ${status}.`
  if (status === 410) return new RefusedError(message, { disable: true })
  // Who says when to come back is not counted against.
  const throttled = THROTTLING.includes(status) && (status === 429 || retryAfterMs > 0)
  return new DelayedError(message, { retryAfterMs, throttled })
}
