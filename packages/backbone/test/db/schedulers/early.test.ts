import t from 'tap'
import { givenLife, minute, NOON } from './given-life.ts'

/** A job of every hour with a grace of five minutes, that has just succeeded for noon. */
function givenHourly(registration: Parameters<typeof givenLife>[0] = {}) {
  const life = givenLife({ cron: '0 * * * *', warnWhenLate: false, now: minute(-30), ...registration })
  life.signal('success', NOON)
  return life
}
const second = (seconds: number) => minute(seconds / 60)
/** In minutes after noon. */
const expected = ({ row }: ReturnType<typeof givenLife>) => ((row.expected_at?.getTime() ?? 0) - NOON.getTime()) / 60_000

t.test('a success a little before its slot is of that slot, and no alarm follows', async (t) => {
  const life = givenHourly()
  life.signal('success', second(3_597))
  life.signal('success', second(7_196))
  life.passTime(minute(180))
  t.strictSame(life.told(), ['up 0'])
  life.passTime(minute(190))
  t.strictSame(life.told(), ['up 0', 'down 185'])
})

t.test('a minute and no more, or a tenth of the way from the slot before', async (t) => {
  for (const [cron, at, next] of [
    ['0 * * * *', second(3_540), 120],
    ['0 * * * *', second(3_539.999), 60],
    ['*/5 * * * *', second(270), 10],
    ['*/5 * * * *', second(269.999), 5],
    ['* * * * *', second(54), 2],
    ['* * * * *', second(53.999), 1],
    // The slot before is a minute ago, though the next is an hour away.
    ['0,59 * * * *', second(59 * 60 + 54), 119],
    ['0,59 * * * *', second(59 * 60 + 53), 60],
    // The next is a minute away, though the slot before was an hour ago.
    ['1,2 13 * * *', second(60 * 60), 62],
  ] as const) {
    const life = givenHourly({ cron })
    if (cron.startsWith('0,59')) life.signal('success', minute(59))
    life.signal('success', at)
    t.equal(expected(life), next, `${cron} ${at.toISOString()}`)
  }
})

t.test('a success in its slot, or after it, is as it was; one that comes again changes nothing', async (t) => {
  const life = givenHourly()
  for (const at of [0, 1, 30, 58]) {
    life.signal('success', minute(at))
    t.equal(expected(life), 60)
  }
  life.signal('success', second(3_590))
  t.equal(expected(life), 120)
  for (const kind of ['success', 'heartbeat', 'log', 'success'] as const) life.signal(kind, second(3_595))
  life.signal('success', second(3_605))
  t.equal(expected(life), 120)
})

t.test('of a run whose start is known the start counts', async (t) => {
  for (const [began, ended, next] of [
    [3_570, 3_580, 120],
    [3_570, 3_700, 120],
    [3_570, 7_190, 120],
    [3_570, 7_300, 180],
    // Of the slot of noon, and very long.
    [5, 3_595, 60],
    [5, 3_605, 120],
    // Too early.
    [3_500, 3_595, 60],
  ] as const) {
    const life = givenHourly({ maxRuntimeSeconds: 86_400 })
    life.signal('start', second(began))
    life.signal('success', second(ended))
    t.equal(expected(life), next, `${began} to ${ended}`)
  }
})

t.test('what an early run has satisfied, a long one that ends after it does not take back', async (t) => {
  const life = givenHourly({ maxRuntimeSeconds: 86_400 })
  life.signal('start', minute(2), { runId: 'long' })
  life.signal('success', second(3_590), { runId: 'early' })
  life.signal('success', second(3_595), { runId: 'long' })
  t.equal(expected(life), 120)
})

t.test('a success that is late for a slot is not early for the next, so that a slot that is missed then is told', async (t) => {
  const life = givenHourly({ graceSeconds: 59 * 60 + 50 })
  life.signal('success', second(2 * 3_600 - 30))
  t.equal(expected(life), 120)
  life.passTime(minute(200))
  t.strictSame(life.told(), ['up 0', 'down 179.83333333333334'])
})

t.test('an early failure is of its slot too: the same run is not missed as well', async (t) => {
  const life = givenHourly({ failureTolerance: 2 })
  life.signal('fail', second(3_595))
  life.passTime(minute(119))
  t.strictSame(life.told(), ['up 0', `failed ${3_595 / 60}`])
})

t.test('one that is Down recovers early, and is not Down again for the slot that follows', async (t) => {
  const life = givenHourly()
  life.passTime(minute(200))
  life.signal('success', second(4 * 3_600 - 5))
  life.passTime(minute(290))
  t.strictSame(life.told(), ['up 0', 'down 65', `recovered ${(4 * 3_600 - 5) / 60}`])
})

t.test('a period begins with each success, however early', async (t) => {
  const life = givenLife()
  life.signal('success', second(597))
  t.equal(expected(life), (597 + 600) / 60)
})

t.test('around summer time early is early for the slot that there is', async (t) => {
  // In Berlin 02:30 does not exist on 29 March: cron runs it at 03:00, which is 01:00 in UTC.
  const spring = givenLife({ cron: '30 2 * * *', timeZone: 'Europe/Berlin', now: new Date('2026-03-28T12:00:00Z') })
  spring.signal('success', new Date('2026-03-29T00:59:30Z'))
  t.equal(spring.row.expected_at?.toISOString(), '2026-03-30T00:30:00.000Z')
  // On 25 October it exists twice, and runs once.
  const autumn = givenLife({ cron: '30 2 * * *', timeZone: 'Europe/Berlin', now: new Date('2026-10-24T12:00:00Z') })
  autumn.signal('success', new Date('2026-10-25T00:29:30Z'))
  t.equal(autumn.row.expected_at?.toISOString(), '2026-10-26T01:30:00.000Z')
})
