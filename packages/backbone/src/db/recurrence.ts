import { nextFire } from './schedulers/cron.ts'

/** What comes again, each time that a cron expression fires in a zone, for so long. */
export interface Recurrence {
  cron: string
  time_zone: string
  duration_seconds: number
}

/** The first time that begins after `after` and has not passed altogether by `now`. Its end is always known. */
export function nextTime({ cron, time_zone, duration_seconds }: Recurrence, after: Date, now: Date): { starts_at: Date; ends_at: Date } {
  const durationMs = duration_seconds * 1_000
  const starts_at = nextFire(cron, time_zone, new Date(Math.max(after.getTime(), now.getTime() - durationMs)))
  return { starts_at, ends_at: new Date(starts_at.getTime() + durationMs) }
}
