import { setTimeout as sleep } from 'node:timers/promises'
import type { Verdict } from '@lifeline/backbone/broker/consume'
import { LADDER, rungAfter } from '@lifeline/backbone/broker/topology'
import { DatabaseUnavailableError } from '@lifeline/backbone/db/errors'
import type { Writer } from '@lifeline/backbone/db/group-commit'
import { claimNotification, failNotification, markSent, requeueNotification } from '@lifeline/backbone/db/notifications/change-notification'
import type { NotificationRow } from '@lifeline/backbone/db/notifications/notification'
import { MAX_ATTEMPTS } from '@lifeline/backbone/db/notifications/status'
import type { Log } from '@lifeline/backbone/process/log'
import { histogram } from '@lifeline/backbone/process/metrics'
import type { Secrets } from '@lifeline/backbone/process/secrets'
import { MailDelayedError, type Mailer } from './mail/mailer.ts'
import { type MailSettings, renderMail } from './mail/render.ts'

const seconds = histogram('email_send_seconds', 'Time until the mail provider had answered.', ['outcome'])

export interface SendOptions {
  writer: Writer
  mailer: Mailer
  settings: MailSettings
  secrets: Secrets
  log: Log
  signal: AbortSignal
}

/** After the ladder's rungs: waits that are too long for a queue. The seventh failure is the last. */
const LATER_MS = [3_600_000, 6 * 3_600_000]
/** The clock announces a notification whose copy never came back from its rung. */
const RUNG_SLACK_MS = 5 * 60_000

/**
 * Sends one notification: claim, send, record. The claim counts the attempt before the mail goes out, so a mail that
 * kills its sender ends after seven. Between the provider's yes and our record of it, a crash sends twice.
 */
export async function sendNotification(id: string, { writer, mailer, settings, secrets, log, signal }: SendOptions): Promise<Verdict> {
  const claim = await writer.submit(claimNotification, { id, machineNow: new Date() })
  if (claim.kind === 'taken') return 'ignored'
  if (claim.kind === 'exhausted') {
    await failNotification(writer, claim.row, claim.row.last_error ?? 'every sender ended before it could answer', new Date())
    return 'done'
  }
  const { row } = claim
  const about = { notificationId: id, eventId: row.event_id, attempt: row.attempts, traceparent: row.traceparent }
  // From here on the claim is ours: while the database is away, the outcome waits here until it can be recorded.
  const record = <T>(write: () => Promise<T>) => untilRecorded(write, signal)
  const started = performance.now()
  const observe = (outcome: string) => seconds.observe({ outcome }, (performance.now() - started) / 1_000)
  let providerId: string
  try {
    const mail = renderMail(row.template, JSON.parse(row.data), {
      ...settings,
      secrets,
      recipient: row.recipient,
      queuedAt: row.created_at,
    })
    providerId = await mailer.send({ ...mail, messageId: row.id, to: row.recipient })
  } catch (error) {
    return await failed(row, error as Error)
  }
  // Outside the try: a mail that went out is not a failed one, whatever becomes of our record.
  observe('sent')
  await record(() => markSent(writer, row, providerId, new Date()))
  log.info({ ...about, template: row.template }, 'mail sent')
  return 'done'

  async function failed(row: NotificationRow, error: Error): Promise<Verdict> {
    // Whatever is no delay (a refusal, a template that cannot be shown) stays as it is, however often it is tried.
    const final = !(error instanceof MailDelayedError) || row.attempts >= MAX_ATTEMPTS
    observe(final ? 'failed' : 'delayed')
    if (final) {
      log.error({ ...about, err: error }, 'a mail cannot be sent')
      await record(() => failNotification(writer, row, error.message, new Date()))
      return 'done'
    }
    const rung = rungAfter(row.attempts)
    const waitMs = rung === undefined ? (LATER_MS[row.attempts - LADDER.length - 1] ?? 0) : rung.ms + RUNG_SLACK_MS
    log.warn({ ...about, err: error, retry: rung?.name ?? `${waitMs / 1_000} s` }, 'a mail was not sent yet')
    await record(() => requeueNotification(writer, row, { error: error.message, wakeAt: new Date(Date.now() + waitMs) }, new Date()))
    return rung === undefined ? 'done' : { retry: rung, reason: error.message }
  }
}

async function untilRecorded<T>(write: () => Promise<T>, signal: AbortSignal): Promise<T> {
  for (;;) {
    try {
      return await write()
    } catch (error) {
      if (!(error instanceof DatabaseUnavailableError) || signal.aborted) throw error
      await sleep(500, undefined, { signal }).catch(() => {})
    }
  }
}
