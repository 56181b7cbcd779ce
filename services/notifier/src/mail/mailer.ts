import { DelayedError } from '../senders/sender.ts'

export interface Mail {
  /** Stable over all tries of one notification, so that a receiver can see that two are one. */
  messageId: string
  to: string
  subject: string
  text: string
  html: string
}

/** A way to hand mails to somebody who delivers them. */
export interface Mailer {
  /** Resolves with the provider's own id once it has accepted the mail; throws RefusedError or DelayedError. */
  send(mail: Mail): Promise<string>
  close(): Promise<void>
}

/** No send takes longer; less than the lease of a notification. */
export const SEND_TIMEOUT_MS = 45_000

/** Fails with DelayedError when a send takes too long, whatever it is waiting for. */
export async function withTimeout<T>(work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new DelayedError(`no answer within ${SEND_TIMEOUT_MS / 1_000} s`)), SEND_TIMEOUT_MS)
  })
  try {
    return await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}
