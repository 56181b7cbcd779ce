import underPressure from '@fastify/under-pressure'
import { OverloadedError } from '@lifeline/backbone/db/group-commit'
import type { App } from '../app.ts'

/** Who looks after this process must see it most of all when it is in trouble. */
const NEVER_SHED: ReadonlySet<string | undefined> = new Set(['/health/live', '/health/ready', '/metrics'])

const SAMPLE_MS = 1_000

/**
 * 503 with Retry-After while the event loop was later than `maxEventLoopDelayMs` on the average of the last second: what
 * cannot be answered in time is refused at once, so that the rest is answered.
 */
export async function shedLoad(app: App, maxEventLoopDelayMs: number): Promise<void> {
  let since = Number.POSITIVE_INFINITY
  app.addHook('onReady', async () => {
    // Starting holds the loop up too, and is not load: the first second that counts begins afterwards.
    since = performance.now() + 2 * SAMPLE_MS
  })
  await app.register(underPressure, {
    maxEventLoopDelay: maxEventLoopDelayMs,
    sampleInterval: SAMPLE_MS,
    pressureHandler: async ({ routeOptions }, _reply, _type, delay) => {
      // No sample was taken: the loop stood still for all of a second, and by how much more nobody knows.
      const isLate = delay !== Number.POSITIVE_INFINITY || maxEventLoopDelayMs <= SAMPLE_MS
      if (isLate && performance.now() >= since && !NEVER_SHED.has(routeOptions.url)) throw new OverloadedError()
    },
  })
}
