import { DomainError } from '../../errors.ts'

/** From the first instant that a task may have. */
const [FIRST_YEAR, LAST_YEAR] = [1970, 2040]

/**
 * Throws when this process's zone has ever changed its offset: a wall clock that skips an hour cannot show every time in
 * UTC, and by a wall clock is how oracledb reads a TIMESTAMP (values.ts).
 */
export function checkTimeZone(offsetAt: (instant: Date) => number = (instant) => instant.getTimezoneOffset()): void {
  const offsets = new Set<number>()
  for (let month = 0; month < (LAST_YEAR - FIRST_YEAR) * 12; month++) offsets.add(offsetAt(new Date(Date.UTC(FIRST_YEAR, month, 15))))
  if (offsets.size === 1) return
  const zone = new Intl.DateTimeFormat().resolvedOptions().timeZone
  throw new DomainError(
    'bad_config',
    `On Oracle this process cannot run in the time zone ${zone}, whose clocks skip hours: set the environment variable TZ to UTC.`,
  )
}
