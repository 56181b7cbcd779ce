/**
 * Waits for `work`, but not longer than `ms`: whether it ended in time. That it failed does not matter here. A broker
 * that is frozen answers no close, and a process has only so long to end.
 */
export async function waitAtMost(ms: number, work: Promise<unknown>): Promise<boolean> {
  const { promise: late, resolve } = Promise.withResolvers<false>()
  const timer = setTimeout(() => resolve(false), ms)
  const ended = work.then(
    () => true,
    () => true,
  )
  try {
    return await Promise.race([ended, late])
  } finally {
    clearTimeout(timer)
  }
}
