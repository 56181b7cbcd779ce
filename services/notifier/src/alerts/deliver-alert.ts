import type { AlertData } from '@lifeline/backbone/db/outbox/alert'
import type { DomainEvent } from '@lifeline/backbone/db/outbox/cloud-event'
import type { Log } from '@lifeline/backbone/process/log'

export type Alert = Pick<DomainEvent<AlertData>, 'id' | 'time' | 'data'>
/** Brings an alert to people. Throws when it could not; it is then tried again. */
export type DeliverAlert = (alert: Alert) => Promise<void>

const TIMEOUT_MS = 10_000

/** Alerts go to a Slack incoming webhook, which wants `text` and nothing else, or as JSON to any other HTTPS endpoint. */
export function alertsToUrl(url: string): DeliverAlert {
  const slack = new URL(url).hostname.endsWith('slack.com')
  return async (alert) => {
    const text = alertText(alert)
    const body = slack ? { text } : { text, id: alert.id, time: alert.time.toISOString(), ...alert.data }
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
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

function alertText({ data }: Alert): string {
  const detail = Object.entries(data.detail).map(([name, value]) => `• ${name}: ${value}`)
  return [`*${data.severity}*: ${data.summary}`, ...detail].join('\n')
}
