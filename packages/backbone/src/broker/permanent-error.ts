/** Trying again will not help: the message goes to `dead-letters`. `reason` is from a closed set, because it labels a metric. */
export class PermanentError extends Error {
  override name = 'PermanentError'
  readonly reason: DeadReason
  constructor(reason: DeadReason, message: string, { cause }: { cause?: unknown } = {}) {
    super(message, { cause })
    this.reason = reason
  }
}

export type DeadReason = 'unreadable' | 'unknown_type' | 'wrong_data' | 'refused' | 'retries_exhausted' | 'delivery_limit'
