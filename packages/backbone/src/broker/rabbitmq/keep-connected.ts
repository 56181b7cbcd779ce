import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Logger } from 'pino'
import { waitAtMost } from './wait-at-most.ts'

/** One connection, usable until `lost` settles. */
export interface Session {
  /** Resolves with the reason when the connection is gone. Never rejects. */
  lost: Promise<Error>
  /** Lets go of what it holds; in good order, while it is not lost. */
  close(): Promise<unknown>
}

const FIRST_PAUSE_MS = 200
const LONGEST_PAUSE_MS = 10_000
/** Between two warnings about the same connection. */
const WARN_EVERY_MS = 5_000
const CLOSE_MS = 1_000

export interface Connecting {
  /** Connects and makes it usable. Aborting `sockets` must destroy whatever it opened. */
  open(sockets: AbortSignal): Promise<Session>
  /** Told why there is no connection. */
  onDown(error: Error): void
}

/**
 * Keeps one connection open until `ending` aborts, with a growing pause between attempts. Both connections of a process
 * use it, neither Rascal's reconnecting (it leaks a connection for each topology it cannot declare, and retries a
 * subscription's first failure never) nor amqplib's (its close waits for a frozen broker). A new connection means a new
 * Rascal broker, so the topology is declared again on a broker that lost it.
 */
export async function keepConnected(what: string, connecting: Connecting, ending: AbortSignal, log?: Logger): Promise<void> {
  let failures = 0
  let warnAt = 0
  while (!ending.aborted) {
    const lost = await runSession(connecting, ending, () => {
      log?.info({ failures }, `broker: ${what} connected`)
      failures = 0
      warnAt = 0
    })
    if (lost === undefined) return
    if (Date.now() >= warnAt) {
      log?.warn({ reason: reasonOf(lost), failures }, `broker: ${what} is not connected; trying again`)
      warnAt = Date.now() + WARN_EVERY_MS
    }
    await sleep(pauseAfter(++failures), undefined, { signal: ending }).catch(() => undefined)
  }
}

/** Why the session ended, or undefined when it was to end. */
async function runSession({ open, onDown }: Connecting, ending: AbortSignal, onUp: () => void): Promise<Error | undefined> {
  const sockets = new AbortController()
  const ended = once(ending, 'abort', { signal: sockets.signal }).then(
    () => undefined,
    () => undefined,
  )
  try {
    const session = await Promise.race([open(sockets.signal), ended])
    if (session === undefined) return undefined
    onUp()
    const error = await Promise.race([session.lost, ended])
    if (error !== undefined) {
      sockets.abort()
      onDown(error)
    }
    await waitAtMost(CLOSE_MS, session.close())
    return error
  } catch (error) {
    onDown(asError(error))
    return asError(error)
  } finally {
    sockets.abort()
  }
}

function pauseAfter(failures: number): number {
  const longest = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (failures - 1))
  // Jitter: the broker's restart must not bring all processes back in one instant.
  return longest * (0.5 + Math.random() / 2)
}

const asError = (error: unknown) => (error instanceof Error ? error : new Error(String(error)))

/** In words for an operator. */
export function reasonOf(error: unknown): string {
  const { message, code } = asError(error) as NodeJS.ErrnoException
  // amqplib 2.3.1 shows the frame that RabbitMQ answers with, and not the reason in it.
  if (message.includes('Expected ConnectionOpenOk')) return 'the broker refuses the virtual host in the URL'
  // Node's error for a host with two addresses has an empty message.
  return message || code || 'unknown reason'
}
