import { readStatistics } from '@lifeline/backbone/db/schedulers/statistics'
import { periodsOf } from '@lifeline/backbone/db/schedulers/statistics-periods'
import { ENGINES, freshDatabase } from '@lifeline/testing/databases'
import t from 'tap'
import { minute, NOON } from './given-life.ts'
import { command, givenScheduler, signal } from './given-scheduler.ts'

const DAY = 1_440

t.test('days begin at midnight UTC and weeks on Mondays; the first and the last are cut to the range', (t) => {
  const texts = (length: 'day' | 'week', from: string, to: string) =>
    periodsOf({ from: new Date(from), to: new Date(to) }, length).map(
      (period) => `${period.from.toISOString().slice(0, 16)} ${period.to.toISOString().slice(0, 16)}`,
    )
  t.strictSame(texts('day', '2026-03-02T12:00Z', '2026-03-04T00:00Z'), [
    '2026-03-02T12:00 2026-03-03T00:00',
    '2026-03-03T00:00 2026-03-04T00:00',
  ])
  t.strictSame(texts('week', '2026-03-01T00:00Z', '2026-03-10T00:00Z'), [
    '2026-03-01T00:00 2026-03-02T00:00',
    '2026-03-02T00:00 2026-03-09T00:00',
    '2026-03-09T00:00 2026-03-10T00:00',
  ])
  t.strictSame(texts('day', '2026-03-02T12:00Z', '2026-03-02T12:00Z'), [])
  t.end()
})

for (const engine of ENGINES) {
  t.test(`${engine}: uptime, downtimes, runs and durations add up, over midnight, by period, tag and owner`, async (t) => {
    const db = await freshDatabase(t, engine)
    // Daily with a grace of an hour; it is registered at noon of the 2nd.
    const daily = { periodSeconds: 86_400, graceSeconds: 3_600, warnWhenLate: false }
    const row = await givenScheduler(db, { ...daily, tags: ['nightly'] })
    for (const [seconds, at] of [
      [60, 10],
      [120, 20],
      [600, 40],
    ] as const) {
      await signal(db, row, { kind: 'start' }, minute(at))
      await signal(db, row, { kind: 'success' }, minute(at + seconds / 60))
    }
    await signal(db, row, { kind: 'fail' }, minute(660))
    // Down from 23:00 to 01:00.
    await signal(db, row, { kind: 'success' }, minute(780))
    await command(db, row, { do: 'pause', until: null, sticky: true }, minute(900))
    // This one says nothing, and is Down from 13:00 of the 3rd.
    const silent = await givenScheduler(db, { ...daily, name: 'silent', createdBy: 'user:ann' })
    await command(db, silent, { do: 'wake' }, minute(2 * DAY))
    const gone = await givenScheduler(db, { ...daily, name: 'gone', tags: ['nightly'] })
    await signal(db, gone, { kind: 'fail' }, minute(1))
    await command(db, gone, { do: 'delete' }, minute(2))

    const range = { from: NOON, to: minute(DAY) }
    const one = await readStatistics(db, { id: row.id }, range, periodsOf(range, 'day'))
    t.match(one.total, {
      uptime: 13 / 15,
      downtimes: 1,
      downSeconds: 7_200,
      longestDownSeconds: 7_200,
      runs: { Succeeded: 4, Failed: 1, TimedOut: 0, Missed: 0, Lost: 0 },
      p50Ms: 120_000,
      p95Ms: 600_000,
    })
    t.match(one.periods, [
      { period: { from: NOON, to: minute(720) }, uptime: 11 / 12, downtimes: 1, downSeconds: 3_600, runs: { Succeeded: 3, Failed: 1 } },
      {
        period: { to: minute(DAY) },
        uptime: 2 / 3,
        downtimes: 1,
        downSeconds: 3_600,
        runs: { Succeeded: 1, Failed: 0 },
        p50Ms: null,
        p95Ms: null,
      },
    ])
    t.strictSame(one.downtimes, [{ schedulerId: row.id, from: minute(660), to: minute(780), seconds: 7_200 }])

    const later = { from: minute(DAY), to: minute(3 * DAY) }
    const all = await readStatistics(db, {}, later, [])
    const missed = [silent.id, minute(DAY + 60)] as const
    t.match(all.total, { uptime: 1 / 48, downtimes: 1, downSeconds: 47 * 3_600, runs: { Missed: 1, Succeeded: 0 } })
    t.strictSame(all.downtimes, [{ schedulerId: missed[0], from: missed[1], to: null, seconds: 47 * 3_600 }])
    t.strictSame(all.periods, [])

    const throughout = { from: minute(2 * DAY), to: minute(3 * DAY) }
    const own = await readStatistics(db, { owner: ['user:ann'] }, throughout, periodsOf(throughout, 'week'))
    t.match(own, { total: { uptime: 0, downSeconds: 86_400 }, downtimes: [{ from: minute(2 * DAY), to: null, seconds: 86_400 }] })
    t.match(own.periods, [{ uptime: 0, downtimes: 1, downSeconds: 86_400 }])
    const tagged = await readStatistics(db, { tag: 'nightly' }, range, [])
    t.match(tagged.total, { downtimes: 1, runs: { Succeeded: 4, Failed: 1 } })
    t.match((await readStatistics(db, { tag: 'nightly' }, throughout, [])).total, { uptime: null, downtimes: 0, p50Ms: null })
  })
}
