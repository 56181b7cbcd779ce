import type { AlertData } from '@lifeline/backbone/db/outbox/alert'
import type { DomainEvent } from '@lifeline/backbone/db/outbox/cloud-event'
import type { Log } from '@lifeline/backbone/process/log'

export type Alert = Pick<DomainEvent<AlertData>, 'id' | 'time' | 'data'>
/** Brings an alert to people. Throws when it could not; it is then tried again. */
export type DeliverAlert = (alert: Alert) => Promise<void>

const TIMEOUT_MS = 10_000

/** Alerts go to a Slack incoming webhook, which wants `text` and nothing else, or as JSON to any other HTTPS endpoint. */
export function alertsToUrl(url: string): DeliverAlert {
  return async (alert) => {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(alertBody(url, alert)),
      signal: AbortSignal.timeout(TIMEOUT_MS),
      redirect: 'error',
    })
    // Not the URL: a webhook's URL is its secret.
    if (!response.ok) throw new Error(`OPS_URL answered ${response.status}.`)
  }
}

/** Without OPS_URL an alert is a line at level error. */
export function alertsToLog(log: Log): DeliverAlert {
  return async ({ id, data }) => log.error({ alert: data, eventId: id }, `alert: ${data.summary}`)
}

/** What is posted to `url`. */
export function alertBody(url: string, alert: Alert): object {
  const text = alertText(alert)
  if (/(^|\.)slack\.com$/.test(new URL(url).hostname)) return { text: escapeSlack(text) }
  return { text, id: alert.id, time: alert.time.toISOString(), ...alert.data }
}

/** In Slack `<!channel>` calls everybody; an error message that holds it must not. */
export const escapeSlack = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')

function alertText({ data }: Alert): string {
  const detail = Object.entries(data.detail).map(([name, value]) => `• ${name}: ${value}`)
  return [`*${data.severity}*: ${data.summary}`, ...detail].join('\n')
}
