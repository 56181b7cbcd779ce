import { durationMs } from '@lifeline/backbone/db/duration'

/** In the words of an error: "must be …". */
export const EMAIL_ADDRESS = 'an e-mail address of at most 254 characters'
export const INSTANT = 'an instant like 2026-03-01T09:00:00Z (RFC 3339 with a zone, years 1970 to 9999)'
export const DURATION = 'a duration longer than zero, of days to seconds, like P1D or PT2H30M (ISO 8601)'

/** The address syntax of HTML forms: what can be sent to without quoting. The length is that of an SMTP path (RFC 5321). */
const EMAIL = /^[a-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)*$/i

export function isEmail(text: string): boolean {
  return text.length <= 254 && EMAIL.test(text)
}

const RFC3339 = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.\d{1,9})?(?:Z|[+-](\d\d):(\d\d))$/
const [FIRST, LAST] = [Date.UTC(1970, 0, 1), Date.UTC(10_000, 0, 1)]

/** Second 60 is refused: neither JavaScript nor PostgreSQL can store a leap second. What is finer than milliseconds is cut off. */
export function isInstant(text: string): boolean {
  const parts = RFC3339.exec(text)
  if (parts === null) return false
  const [year, month, day, hour, minute, second, zoneHour, zoneMinute] = parts.slice(1).map((part) => Number(part ?? 0)) as Eight
  // Day 0 of the next month is the last one of this; Date would take 30 February for 2 March.
  if (month < 1 || month > 12 || day < 1 || day > new Date(Date.UTC(year, month, 0)).getUTCDate()) return false
  if (hour > 23 || minute > 59 || second > 59 || zoneHour > 23 || zoneMinute > 59) return false
  const time = Date.parse(text)
  return time >= FIRST && time < LAST
}

type Eight = [number, number, number, number, number, number, number, number]

export function isReminder(text: string): boolean {
  return (durationMs(text) ?? 0) > 0
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i

export function isUuid(text: string): boolean {
  return UUID.test(text)
}
