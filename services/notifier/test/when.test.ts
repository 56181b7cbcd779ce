import t from 'tap'
import { longTime, relativeTime } from '../src/mail/when.ts'

const NOON = new Date('2026-03-02T12:00:00.000Z')
const SECOND = 1_000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

const DISTANCES: [number, string][] = [
  [0, 'now'],
  [999, 'now'],
  [-999, 'now'],
  [SECOND, 'in 1 second'],
  [59 * SECOND, 'in 59 seconds'],
  [MINUTE, 'in 1 minute'],
  [HOUR - 1, 'in 59 minutes'],
  [3 * HOUR, 'in 3 hours'],
  [DAY - 1, 'in 23 hours'],
  [DAY, 'in 1 day'],
  [30 * DAY, 'in 1 month'],
  [400 * DAY, 'in 1 year'],
  [-90 * SECOND, '1 minute ago'],
  [-2 * DAY - HOUR, '2 days ago'],
]

t.test('a distance is told in the largest unit that fits, never in more than there is', async (t) => {
  for (const [ms, words] of DISTANCES) t.equal(relativeTime(new Date(NOON.getTime() + ms), NOON), words)
})

const INSTANTS: [string, string, RegExp][] = [
  ['2026-12-04T16:00:00Z', 'Europe/Berlin', /^Friday,? 4 December 2026 at 17:00 \(Europe\/Berlin\)$/],
  ['2026-06-04T16:00:00Z', 'Europe/Berlin', /^Thursday,? 4 June 2026 at 18:00 /],
  ['2026-12-04T16:00:00Z', 'UTC', /^Friday,? 4 December 2026 at 16:00 \(UTC\)$/],
  ['2026-12-31T23:30:00Z', 'Asia/Kathmandu', /^Friday,? 1 January 2027 at 05:15 /],
  ['2026-01-01T03:00:00Z', 'America/New_York', /^Wednesday,? 31 December 2025 at 22:00 /],
  // The hour that does not exist in spring, and the one that comes twice in autumn.
  ['2026-03-29T00:59:00Z', 'Europe/Berlin', / 01:59 /],
  ['2026-03-29T01:00:00Z', 'Europe/Berlin', / 03:00 /],
  ['2026-10-25T00:30:00Z', 'Europe/Berlin', / 02:30 /],
  ['2026-10-25T01:30:00Z', 'Europe/Berlin', / 02:30 /],
]

t.test("an instant is written in the reader's zone, whatever the zone of this machine", async (t) => {
  for (const [instant, zone, words] of INSTANTS) t.match(longTime(new Date(instant), zone), words)
})

t.test('a day with a change of the clock in it is told in hours that really pass', async (t) => {
  const [from, to] = [new Date('2026-03-28T23:00:00Z'), new Date('2026-03-29T22:00:00Z')]
  t.match(longTime(from, 'Europe/Berlin'), / at 00:00 /)
  t.match(longTime(to, 'Europe/Berlin'), / at 00:00 /)
  t.equal(relativeTime(to, from), 'in 23 hours')
})
