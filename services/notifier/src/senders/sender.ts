import type { NotificationRow } from '@lifeline/backbone/db/notifications/notification'

/** A way to send notifications of one channel. Claims, tries and records are not its business (send-notification.ts). */
export interface Sender {
  /**
   * Sends a notification, and in the same message what goes with it, for the same recipient in the same words. Resolves with the
   * provider's own id, if it has one, once it has accepted the message; throws DelayedError or RefusedError.
   */
  send(row: NotificationRow, companions: readonly NotificationRow[]): Promise<string | null>
}

/**
 * It may work later: the provider is away or busy (a try is used up), or has told us to wait (`throttled`: none is).
 * Not before `retryAfterMs`.
 */
export class DelayedError extends Error {
  override name = 'DelayedError'
  readonly retryAfterMs: number
  readonly throttled: boolean
  constructor(message: string, { retryAfterMs = 0, throttled = false, cause }: DelayedOptions = {}) {
    super(message, { cause })
    this.retryAfterMs = retryAfterMs
    this.throttled = throttled
  }
}

interface DelayedOptions {
  retryAfterMs?: number
  throttled?: boolean
  cause?: unknown
}

/**
 * Sending the same again cannot help. `disable`: nor can anything else that is sent through this channel. `quiet`: nobody has to
 * be told, because somebody wanted it so.
 */
export class RefusedError extends Error {
  override name = 'RefusedError'
  readonly disable: boolean
  readonly quiet: boolean
  constructor(message: string, { disable = false, quiet = false, cause }: { disable?: boolean; quiet?: boolean; cause?: unknown } = {}) {
    super(message, { cause })
    this.disable = disable
    this.quiet = quiet
  }
}
