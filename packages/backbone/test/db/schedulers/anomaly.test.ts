import { getScheduler } from '@lifeline/backbone/db/schedulers/find-schedulers'
import { listRuns, listSchedulerLogs } from '@lifeline/backbone/db/schedulers/history'
import { ENGINES, freshDatabase } from '@lifeline/testing/databases'
import fc from 'fast-check'
import t from 'tap'
import { assertOneOfEach } from '../one-of-each.ts'
import { givenLife, minute } from './given-life.ts'
import { command, givenScheduler, signal } from './given-scheduler.ts'

type GivenLife = ReturnType<typeof givenLife>

/** So many seconds from a minute on. */
function run(life: GivenLife, from: number, seconds: number) {
  life.signal('start', minute(from))
  life.signal('success', minute(from + seconds / 60))
}
const anomalies = (life: GivenLife) => life.told().filter((line) => line.startsWith('anomaly'))

t.test('a run that is shorter than the shortest is told, with how long it took; it is a success all the same', async (t) => {
  const life = givenLife({ minRuntimeSeconds: 60 })
  run(life, 1, 2.5)
  t.match(life.told(), ['up 1.0416666666666667', 'anomaly 1.0416666666666667'])
  t.match(life.changes[1], {
    before: { status: 'Up' },
    after: { status: 'Up', version: 3 },
    story: { reason: 'too_fast', error: 'It ran for 2.5 s, which is less than 60 s.', measured: { durationSeconds: 2.5 } },
  })
  t.strictSame(life.outcomes(), ['Succeeded'])
})

t.test('one that takes as long as the shortest, or whose start is not known, is no anomaly', async (t) => {
  const life = givenLife({ minRuntimeSeconds: 60 })
  run(life, 1, 60)
  life.signal('success', minute(3))
  life.signal('fail', minute(4))
  t.strictSame(anomalies(life), [])
})

t.test('it is told once until the next expectation is met', async (t) => {
  const life = givenLife({ minRuntimeSeconds: 60 })
  for (const from of [1, 3, 5, 9, 13, 21]) run(life, from, 6)
  t.strictSame(anomalies(life), ['anomaly 1.1', 'anomaly 13.1'])
  const nightly = givenLife({ cron: '0 2 * * *', graceSeconds: 3_600, minRuntimeSeconds: 60 })
  for (const from of [0, 1, 14 * 60, 15 * 60, 38 * 60 - 0.5]) run(nightly, from, 6)
  t.strictSame(anomalies(nightly), ['anomaly 0.1', 'anomaly 840.1', 'anomaly 2279.6'])
})

t.test('more successes than so many between two slots are too often; the slot begins the count anew', async (t) => {
  const life = givenLife({ cron: '0 * * * *', maxRunsPerPeriod: 2, now: minute(-10) })
  for (const at of [0, 5, 10, 15, 59.5, 61, 119]) life.signal('success', minute(at))
  t.strictSame(anomalies(life), ['anomaly 10'])
  t.match(life.changes.at(-1), {
    story: {
      reason: 'too_often',
      error: 'It succeeded 3 times before it was expected again, which is more than 2.',
      measured: { runs: 3 },
    },
  })
  life.signal('success', minute(119.2))
  t.strictSame(anomalies(life), ['anomaly 10'], 'the last two are early, and of the next slot')
  life.signal('success', minute(121))
  t.strictSame(anomalies(life), ['anomaly 10', 'anomaly 121'])
})

t.test('with a period it is counted from the first that came in time, and a little early is in time', async (t) => {
  const life = givenLife({ maxRunsPerPeriod: 1 })
  for (const at of [0, 9.5, 18.5, 27.5]) life.signal('success', minute(at))
  t.strictSame(anomalies(life), [])
  for (const at of [36, 36.2, 36.5]) life.signal('success', minute(at))
  t.strictSame(anomalies(life), ['anomaly 36'])
  life.signal('success', minute(45))
  t.strictSame(anomalies(life), ['anomaly 36', 'anomaly 45'])
})

t.test('as a failure it goes the way of every failure, each time', async (t) => {
  const life = givenLife({ minRuntimeSeconds: 60, anomalyIsFailure: true, failureTolerance: 2 })
  run(life, 1, 6)
  run(life, 2, 6)
  run(life, 3, 6)
  run(life, 4, 60)
  t.strictSame(life.told(), ['failed 1.1', 'down 2.1', 'recovered 5'])
  t.match(life.changes[1], { story: { reason: 'too_fast', error: 'It ran for 6 s, which is less than 60 s.' } })
  t.strictSame(life.outcomes(), ['Failed', 'Failed', 'Failed', 'Succeeded'])
  t.match(life.runs[0], { startedAt: minute(1), error: 'It ran for 6 s, which is less than 60 s.' })
  t.strictSame(
    life.pings.map(({ kind }) => kind),
    ['start', 'fail', 'start', 'fail', 'start', 'fail', 'start', 'success'],
  )
})

t.test('a run that failed because it was too fast may be made good at once', async (t) => {
  const life = givenLife({ minRuntimeSeconds: 60, maxRunsPerPeriod: 1, anomalyIsFailure: true })
  run(life, 1, 6)
  run(life, 2, 60)
  t.strictSame(life.told(), ['down 1.1', 'recovered 3'])
  run(life, 4, 60)
  t.strictSame(life.told().at(-1), 'down 5')
  t.match(life.changes.at(-1), { story: { reason: 'too_often' } })
})

t.test('a pause ends with an anomaly that is a failure, as with any failure', async (t) => {
  const life = givenLife({ maxRunsPerPeriod: 1, anomalyIsFailure: true })
  life.signal('success', minute(0))
  life.command({ do: 'pause', until: null, sticky: false }, minute(1))
  life.signal('success', minute(2))
  t.strictSame(life.told(), ['up 0', 'paused 1', 'down 2'])
})

t.test('an edit of the schedule or of what is allowed counts anew; without rules nothing is counted', async (t) => {
  const life = givenLife({ cron: '0 0 1 1 *', maxRunsPerPeriod: 1 })
  life.signal('success', minute(0))
  life.command({ do: 'edit', edit: { cron: '0 * * * *' } }, minute(1))
  life.signal('success', minute(2))
  life.signal('success', minute(61))
  t.strictSame(anomalies(life), [])
  life.command({ do: 'edit', edit: { maxRunsPerPeriod: null } }, minute(62))
  life.signal('success', minute(63))
  t.equal(life.row.counted_runs, null)
})

t.test('by a cron expression it is told once for each slot with more successes, as somebody with a calendar counts', async () => {
  const gaps = fc.array(fc.integer({ min: 1, max: 50 }), { maxLength: 60 })
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 3 }), gaps, (most, gaps) => {
      const life = givenLife({ cron: '0 * * * *', maxRunsPerPeriod: most, failureTolerance: 100, warnWhenLate: false })
      const perHour = new Map<number, number>()
      const expected: string[] = []
      let at = 0
      for (const gap of gaps) {
        at += gap
        life.signal('success', minute(at))
        // Within a minute before the hour it is early: of that hour, but when the one before had none by then and waits.
        const isEarly = at % 60 === 59 && perHour.has(Math.floor(at / 60))
        const hour = Math.floor(at / 60) + (isEarly ? 1 : 0)
        const count = (perHour.get(hour) ?? 0) + 1
        perHour.set(hour, count)
        if (count === most + 1) expected.push(`anomaly ${at}`)
      }
      return anomalies(life).join() === expected.join()
    }),
    { numRuns: 500 },
  )
})

for (const engine of ENGINES) {
  t.test(`${engine}: an anomaly is one version, one log row and one event with its numbers`, async (t) => {
    const db = await freshDatabase(t, engine)
    const row = await givenScheduler(db, { minRuntimeSeconds: 60, maxRunsPerPeriod: 2 })
    t.strictSame(await getScheduler(db, row.id), row)
    await signal(db, row, { kind: 'start' }, minute(1))
    await signal(db, row, { kind: 'success' }, minute(1.1))
    t.match(await listSchedulerLogs(db, row.id, { limit: 1 }), [
      { action: 'anomaly', version: 3, from_status: 'Up', to_status: 'Up', reason: 'It ran for 6 s, which is less than 60 s.' },
    ])
    const [event] = await db.selectFrom('outbox').selectAll().where('routing_key', '=', 'scheduler.anomaly').execute()
    t.match(JSON.parse(event?.body ?? ''), { reason: 'too_fast', durationSeconds: 6, after: { minRuntimeSeconds: 60, version: 3 } })
    t.equal(event?.cc, null)
    await command(db, row, { do: 'edit', edit: { anomalyIsFailure: true, minRuntimeSeconds: null } }, minute(2))
    t.match(await getScheduler(db, row.id), { anomaly_is_failure: 1, min_runtime_seconds: null, counted_runs: null })
    for (const at of [3, 4, 5]) await signal(db, row, { kind: 'success' }, minute(at))
    t.match(await getScheduler(db, row.id), { status: 'Down', version: 5 })
    t.match(await listRuns(db, row.id, { limit: 1 }), [{ outcome: 'Failed', error: /3 times/ }])
    const [down] = await db.selectFrom('outbox').selectAll().where('routing_key', '=', 'scheduler.down').execute()
    t.equal(down?.cc, 'status.updated', 'no deadline has passed')
    await assertOneOfEach(t, db, 'scheduler', row.id)
  })
}
