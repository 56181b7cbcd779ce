import type { PublishOutcome } from '../port.ts'
import type { Line } from './channel-line.ts'
import type { Outbound } from './outbound.ts'

export interface Publisher {
  /** Settles each message once, within `timeoutMs`. Never rejects. */
  publish(messages: readonly Outbound[], timeoutMs: number): Promise<PublishOutcome[]>
  /** Call when what `currentLine` or the line itself says may have changed. */
  wake(): void
  /** Resolves when nothing is being published. */
  idle(): Promise<unknown>
  /** From now on everything fails at once, what waits for a line included. */
  end(): void
}

/**
 * Publishes on whatever line there is. Nothing is queued for a broker that is away: a batch waits with its caller until
 * its own deadline. A batch goes out on one line only; when that is lost the rest of it fails, so that a message
 * never overtakes one of its own batch that has to be sent again.
 */
export function createPublisher(currentLine: () => Line | undefined, whyNot: () => string): Publisher {
  const waiting = new Set<() => void>()
  const publishing = new Set<Promise<unknown>>()
  let ended = false
  const wake = () => {
    const woken = [...waiting]
    waiting.clear()
    for (const go of woken) go()
  }
  const change = () => new Promise<void>((resolve) => void waiting.add(resolve))

  async function writeAll(messages: readonly Outbound[], settled: (index: number, outcome: PublishOutcome) => void, isLate: () => boolean) {
    while (!isLate() && !ended && !currentLine()?.isWritable()) await change()
    const line = currentLine()
    for (const [index, message] of messages.entries()) {
      while (line?.isWritable() === false && !isLate() && line === currentLine()) await change()
      if (isLate()) return
      if (ended || line === undefined || line !== currentLine()) settled(index, failed('the connection was lost before it was sent'))
      else line.write(message, (outcome) => settled(index, outcome))
    }
  }

  // No function in here may mention `messages`: a broker that is frozen keeps them for minutes, and with them the bodies.
  function publishAll(messages: readonly Outbound[], timeoutMs: number): Promise<PublishOutcome[]> {
    const { promise, resolve } = Promise.withResolvers<PublishOutcome[]>()
    const outcomes: (PublishOutcome | undefined)[] = Array(messages.length).fill(undefined)
    let open = outcomes.length
    let late = false
    const settled = (index: number, outcome: PublishOutcome) => {
      if (outcomes[index] !== undefined) return
      outcomes[index] = outcome
      if (--open > 0) return
      clearTimeout(deadline)
      resolve(outcomes as PublishOutcome[])
    }
    const deadline = setTimeout(() => {
      late = true
      const why = currentLine()?.isWritable() ? 'the broker did not confirm it' : whyNot()
      for (const index of outcomes.keys()) settled(index, failed(`not confirmed within ${timeoutMs} ms: ${why}`))
      // What still waits for a line must let go of its messages.
      wake()
    }, timeoutMs)
    void writeAll(messages, settled, () => late)
    return promise
  }

  async function publish(messages: readonly Outbound[], timeoutMs: number): Promise<PublishOutcome[]> {
    if (messages.length === 0) return []
    const outcomes = publishAll(messages, timeoutMs)
    publishing.add(outcomes)
    return outcomes.finally(() => publishing.delete(outcomes))
  }
  const end = () => {
    ended = true
    wake()
  }
  return { publish, wake, idle: () => Promise.all(publishing), end }
}

const failed = (text: string): PublishOutcome => ({ kind: 'failed', error: new Error(text), permanent: false })
