import { cronProblem, nextFire } from '@lifeline/backbone/db/schedulers/cron'
import { defaultGraceSeconds } from '@lifeline/backbone/db/schedulers/schedule'
import { isTimeZone } from '@lifeline/backbone/db/schedulers/zone'
import t from 'tap'
import { debianCron } from './debian-cron.ts'
import { MONTHS_OF_CHANGE, REAL_SCHEDULES } from './real-schedules.ts'

const iso = (instants: readonly number[]) => instants.map((at) => new Date(at).toISOString())

for (const { zone, from, to } of MONTHS_OF_CHANGE) {
  t.test(`${zone} from ${from}: every schedule fires when Debian's cron starts its job, and at no other minute`, async (t) => {
    const [first, last] = [new Date(from), new Date(to)]
    const starts = debianCron(REAL_SCHEDULES, zone, first, last)
    for (const [i, expression] of REAL_SCHEDULES.entries()) {
      const fires: number[] = []
      // Asked as signals ask: from a moment within the minute after the last start.
      for (let at = nextFire(expression, zone, new Date(first.getTime() - 1)); at < last; ) {
        fires.push(at.getTime())
        at = nextFire(expression, zone, new Date(at.getTime() + (i % 2) * 17_123))
      }
      if (fires.join() !== starts[i]?.join()) t.strictSame(iso(fires), iso(starts[i] ?? []), expression)
    }
    t.ok(starts.some(({ length }) => length > 100))
  })
}

t.test('asked from any moment around a change of the clock, it answers the next start', async (t) => {
  const changes = [
    ['Europe/Berlin', '2026-03-28T22:00Z'],
    ['Europe/Berlin', '2026-10-24T22:00Z'],
    ['Australia/Lord_Howe', '2026-04-04T12:00Z'],
    ['Australia/Lord_Howe', '2026-10-03T12:00Z'],
  ] as const
  for (const [zone, around] of changes) {
    const from = new Date(around).getTime()
    const expressions = REAL_SCHEDULES.slice(-60)
    const starts = debianCron(expressions, zone, new Date(from), new Date(from + 40 * 3_600_000))
    for (const [i, expression] of expressions.entries()) {
      for (let at = from; at < from + 8 * 3_600_000; at += 7 * 61_000) {
        const next = starts[i]?.find((start) => start > at)
        if (next !== undefined) t.equal(nextFire(expression, zone, new Date(at)).toISOString(), new Date(next).toISOString(), expression)
      }
    }
  }
})

t.test('what is no cron expression is refused with the reason', async (t) => {
  const refused: [string, RegExp][] = [
    ['* * * * * *', /five fields .* this one has 6\. Seconds are not among them/],
    ['* * * *', /this one has 4/],
    ['', /this one has 0/],
    ['60 * * * *', /Invalid value for minute: 60/],
    ['* 24 * * *', /Invalid value for hour/],
    ['0 0 30 2 *', /never matches/],
    ['? * * * *', /no "\?"/],
    ['a b c d e', /illegal characters/],
    ['@reboot', /none of @yearly/],
    ['*/0 * * * *', /illegal stepping: 0/],
    ['22-2 * * * *', /larger than/],
  ]
  for (const [expression, why] of refused) t.match(cronProblem(expression), why, expression)
  for (const expression of ['*/5 * * * *', '@hourly', '@Daily', '0 0 L * *', '0 0 29 2 *', ' 5  4 * * sun,mon ', '0 0 * JAN-MAR 7'])
    t.equal(cronProblem(expression), undefined, expression)
})

t.test('the last day of a month, and the 29th of February, are found', async (t) => {
  const next = (expression: string, after: string) => nextFire(expression, 'UTC', new Date(after)).toISOString()
  t.equal(next('0 0 L * *', '2026-02-01T00:00:00Z'), '2026-02-28T00:00:00.000Z')
  t.equal(next('0 0 29 2 *', '2026-03-01T00:00:00Z'), '2028-02-29T00:00:00.000Z')
})

t.test('a whole day that a zone skips is a new time, not summer time', async (t) => {
  // Samoa went from the 29th to the 31st of December 2011.
  t.equal(nextFire('30 6 * * *', 'Pacific/Apia', new Date('2011-12-30T09:00:00Z')).toISOString(), '2011-12-30T16:30:00.000Z')
})

t.test('zones are those of the IANA database', async (t) => {
  for (const zone of ['UTC', 'Asia/Jakarta', 'America/Argentina/Buenos_Aires']) t.ok(isTimeZone(zone), zone)
  for (const zone of ['Mars/Olympus', '+07:00', '', 'UTC+7']) t.notOk(isTimeZone(zone), zone)
})

t.test('grace is a fifth of the period, or of the shortest gap, and a minute at least', async (t) => {
  const grace = (schedule: { period_seconds?: number; cron?: string }) =>
    defaultGraceSeconds({ period_seconds: null, cron: null, time_zone: 'UTC', ...schedule })
  t.equal(grace({ period_seconds: 86_400 }), 17_280)
  t.equal(grace({ period_seconds: 60 }), 60)
  t.equal(grace({ cron: '0,30 9-17 * * 1-5' }), 360)
  t.equal(grace({ cron: '0 2 * * *' }), 17_280)
})
