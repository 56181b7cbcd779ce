import { setTimeout as sleep } from 'node:timers/promises'

export interface EventuallyOptions {
  timeoutMs?: number
  everyMs?: number
}

type Falsy = undefined | null | false | 0 | ''

/**
 * Calls `check` until it answers something true, and answers that. What it throws counts as not yet; when the time is
 * over, the last error is thrown, or one that shows the last answer.
 */
export async function eventually<T>(
  check: () => T | Promise<T>,
  { timeoutMs = 10_000, everyMs = 25 }: EventuallyOptions = {},
): Promise<Exclude<T, Falsy>> {
  for (const giveUpAt = Date.now() + timeoutMs; ; await sleep(everyMs)) {
    const late = Date.now() >= giveUpAt
    try {
      const answer = await check()
      if (answer) return answer as Exclude<T, Falsy>
      if (late) throw new Error(`Not within ${timeoutMs} ms; the last answer was ${JSON.stringify(answer)}.`)
    } catch (error) {
      if (late) throw error
    }
  }
}
