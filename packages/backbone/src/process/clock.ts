/** Domain time: what created, moved, due and logged mean by "now". Tests and replays move it by hand; machine time is Date.now(). */
export interface Clock {
  now(): Date
}

export const systemClock: Clock = { now: () => new Date() }
