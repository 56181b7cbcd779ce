import { setTimeout as sleep } from 'node:timers/promises'
import type { Verdict } from '@lifeline/backbone/broker/consume'
import { LADDER, rungAfter } from '@lifeline/backbone/broker/topology'
import { changeChannel } from '@lifeline/backbone/db/channels/change-channel'
import { DatabaseUnavailableError } from '@lifeline/backbone/db/errors'
import type { Writer } from '@lifeline/backbone/db/group-commit'
import { claimNotification, failNotification, markSent, requeueNotification } from '@lifeline/backbone/db/notifications/change-notification'
import { type NotificationRow, TEST_TEMPLATE } from '@lifeline/backbone/db/notifications/notification'
import { MAX_ATTEMPTS } from '@lifeline/backbone/db/notifications/status'
import type { Db } from '@lifeline/backbone/db/schema'
import type { Clock } from '@lifeline/backbone/process/clock'
import type { Log } from '@lifeline/backbone/process/log'
import { counter, histogram } from '@lifeline/backbone/process/metrics'
import { takeCompanions } from './companions.ts'
import { DelayedError, RefusedError } from './senders/sender.ts'
import type { Senders } from './senders/senders.ts'

const seconds = histogram('notification_send_seconds', 'Time until the provider of a channel had answered.', ['channel', 'outcome'])
const together = counter('notifications_sent_together_total', 'Notifications that went in the message of another one.', ['channel'])
const mailSeconds = histogram('email_send_seconds', 'Time until the mail provider had answered.', ['outcome'])

export interface SendOptions {
  db: Db
  writer: Writer
  senders: Senders
  /** Domain time: when a channel was disabled. */
  clock: Clock
  log: Log
  signal: AbortSignal
}

/** After the ladder's rungs: waits that are too long for a queue. The seventh failure is the last. */
const LATER_MS = [3_600_000, 6 * 3_600_000]
/** The clock announces a notification whose copy never came back from its rung. */
const RUNG_SLACK_MS = 5 * 60_000
/** Whoever is told to wait uses up no try, for so long; after that it counts like any failure. */
const THROTTLED_MS = 24 * 3_600_000

/**
 * Sends one notification, whatever its channel: claim, send, record; and with it what waits in its group. The claim counts the
 * attempt before anything goes out, so that what kills its sender ends after seven. Between the provider's yes and our record of
 * it, a crash sends twice.
 */
export async function sendNotification(id: string, options: SendOptions): Promise<Verdict> {
  const { writer, senders, clock, log, signal } = options
  const claim = await writer.submit(claimNotification, { id, machineNow: new Date() })
  if (claim.kind === 'taken') return 'ignored'
  if (claim.kind === 'exhausted') {
    const error = claim.row.last_error ?? 'every sender ended before it could answer'
    await failNotification(writer, claim.row, { error }, new Date())
    return 'done'
  }
  const { row } = claim
  const { channel } = row
  const about = { notificationId: id, eventId: row.event_id, channel, attempt: row.attempts, traceparent: row.traceparent }
  // From here on the claim is ours: while the database is away, the outcome waits here until it can be recorded.
  const record = <T>(write: () => Promise<T>) => untilRecorded(write, signal)
  const taken = await record(() => takeCompanions(options, row))
  if (taken === 'early') return 'done'
  const company: readonly NotificationRow[] = taken
  const started = performance.now()
  let providerId: string | null
  try {
    providerId = await record(() => senders[channel].send(row, company))
  } catch (error) {
    // Nothing was sent, and nothing can be recorded.
    if (error instanceof DatabaseUnavailableError) throw error
    return await failed(error as Error)
  }
  // Outside the try: what went out is not a failure, whatever becomes of our record.
  observe('sent')
  await record(() => Promise.all([row, ...company].map((one) => markSent(writer, one, providerId, new Date()))))
  if (company.length > 0) together.inc({ channel }, company.length)
  log.info(
    { ...about, template: row.template, ...(company.length > 0 && { companions: company.length }) },
    channel === 'email' ? 'mail sent' : 'notification sent',
  )
  return 'done'

  function observe(outcome: string) {
    const passed = (performance.now() - started) / 1_000
    seconds.observe({ channel, outcome }, passed)
    if (channel === 'email') mailSeconds.observe({ outcome }, passed)
  }

  async function failed(error: Error): Promise<Verdict> {
    const isTest = row.template === TEST_TEMPLATE
    const { final, throttled } = judge(error, row)
    observe(final ? 'failed' : throttled ? 'throttled' : 'delayed')
    await record(() => Promise.all(company.map((one) => release(one, error, final))))
    if (!final) return await postpone(error as DelayedError, throttled)
    log.error({ ...about, err: error }, 'a notification cannot be sent')
    const refusal = error instanceof RefusedError && row.channel_id !== null && !isTest ? error : undefined
    // Before the notification ends: a crash in between finds the channel disabled, and nobody is told twice.
    if (refusal?.disable === true) await record(() => disable(row.channel_id ?? '', refusal.message))
    const quiet = isTest || refusal?.disable === true || refusal?.quiet === true
    await record(() => failNotification(writer, row, { error: error.message, quiet }, new Date()))
    return 'done'
  }

  async function postpone(error: DelayedError, throttled: boolean): Promise<Verdict> {
    const rung = throttled ? undefined : rungAfter(row.attempts)
    const waitMs = waitOf(error, row)
    // A rung has its own time only; whoever must wait longer waits in the database.
    const byRung = rung !== undefined && rung.ms === waitMs
    const wakeAt = new Date(Date.now() + waitMs + (byRung ? RUNG_SLACK_MS : 0))
    log.warn({ ...about, err: error, retry: byRung ? rung.name : `${waitMs / 1_000} s` }, 'a notification was not sent yet')
    await record(() => requeueNotification(writer, row, { error: error.message, wakeAt, free: throttled }, new Date()))
    return byRung ? { retry: rung, reason: error.message } : 'done'
  }

  /** What went with it has used up a try too, and waits: it is taken along again, or has a turn of its own. One alert is enough for all that end. */
  async function release(one: NotificationRow, error: Error, quiet: boolean) {
    const { final, throttled } = judge(error, one)
    if (final) return await failNotification(writer, one, { error: error.message, quiet }, new Date())
    const wakeAt = new Date(Date.now() + waitOf(error as DelayedError, one) + RUNG_SLACK_MS)
    return await requeueNotification(writer, one, { error: error.message, wakeAt, free: throttled }, new Date())
  }

  async function disable(channelId: string, reason: string) {
    const change = { id: channelId, command: { do: 'disable' as const, reason }, alert: true, actor: 'system:notifier', now: clock.now() }
    await writer.submit(changeChannel, { ...change, traceparent: row.traceparent ?? undefined })
  }
}

/** What a failure means for a notification: no further try, or one that does not count. */
function judge(error: Error, { template, attempts, created_at }: NotificationRow) {
  const throttled = error instanceof DelayedError && error.throttled && Date.now() - created_at.getTime() < THROTTLED_MS
  // Whatever is no delay (a refusal, a template that cannot be shown) stays as it is, however often it is tried.
  const final = !(error instanceof DelayedError) || template === TEST_TEMPLATE || (attempts >= MAX_ATTEMPTS && !throttled)
  return { final, throttled }
}

function waitOf(error: DelayedError, row: NotificationRow): number {
  const { throttled } = judge(error, row)
  const ms = throttled ? patienceMs(row) : (rungAfter(row.attempts)?.ms ?? LATER_MS[row.attempts - LADDER.length - 1] ?? 0)
  return Math.max(ms, error.retryAfterMs)
}

/** Where many wait for one channel, each asks less and less often, and not all at once. */
function patienceMs({ created_at }: NotificationRow): number {
  const age = Date.now() - created_at.getTime()
  return Math.round(Math.min(Math.max(age / 2, 1_000), 600_000) * (1 + Math.random() / 4))
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
