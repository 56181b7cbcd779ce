/** A domain clock that stands still until it is moved; give it where a `Clock` of process/clock is wanted. */
export interface VirtualClock {
  now(): Date
  /** Also backwards, if a test wants that. */
  set(instant: Date | string): void
  advance(ms: number): void
}

export function virtualClock(start: Date | string = '2026-03-02T09:00:00.000Z'): VirtualClock {
  let at = new Date(start).getTime()
  return {
    now: () => new Date(at),
    set(instant) {
      at = new Date(instant).getTime()
    },
    advance(ms) {
      at += ms
    },
  }
}
