const DURATION = /^P(?=.)(?:(\d{1,4})D)?(?:T(?=.)(?:(\d{1,5})H)?(?:(\d{1,6})M)?(?:(\d{1,8})S)?)?$/
const [DAY, HOUR, MINUTE, SECOND] = [86_400_000, 3_600_000, 60_000, 1_000]

/**
 * Milliseconds of an ISO 8601 duration of days, hours, minutes and seconds (`P1DT12H`), or undefined when it is none.
 * Weeks, months and years are left out: a month has no length.
 */
export function durationMs(text: string): number | undefined {
  const parts = DURATION.exec(text)
  if (parts === null) return undefined
  const [days = 0, hours = 0, minutes = 0, seconds = 0] = parts.slice(1).map((part) => Number(part ?? 0))
  return days * DAY + hours * HOUR + minutes * MINUTE + seconds * SECOND
}
