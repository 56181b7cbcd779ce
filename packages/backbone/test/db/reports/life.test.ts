import { decide, type NewReport, newReport, type ReportChange, type ReportCommand } from '@lifeline/backbone/db/reports/decide'
import { REPORT_MOVES } from '@lifeline/backbone/db/reports/status'
import t from 'tap'

/** In the evening in Jakarta, which is seven hours ahead of UTC: five hours before the first night. */
const EVENING = new Date('2026-03-02T12:00:00.000Z')
const HOUR = 3_600_000
/** So many hours after the first midnight in Jakarta. */
const night = (hours: number) => new Date(EVENING.getTime() + (5 + hours) * HOUR)

/** Every night from midnight to six, every hour, unless told otherwise. */
function givenReport(more: Partial<NewReport> = {}) {
  const times = { cron: '0 0 * * *', timeZone: 'Asia/Jakarta', durationSeconds: 6 * 3_600, refreshSeconds: 3_600 }
  let row = newReport({ name: 'Nightly', channels: ['ops'], tag: null, ...times, actor: 'user:ann', now: EVENING, ...more })
  const told: ReportChange[] = []
  function command(wanted: ReportCommand, now: Date, isCalm = false) {
    const decision = decide(row, wanted, now, isCalm)
    if (decision.kind === 'unchanged') return decision.kind
    row = decision.row
    told.push(...decision.changes)
    return decision.changes.map(({ action }) => action).join(' ')
  }
  return {
    command,
    wake: (now: Date, isCalm = false) => command({ do: 'wake' }, now, isCalm),
    /** The clock looks at every instant that it was told, up to `now`. */
    passTime(now: Date) {
      while (row.wake_at !== null && row.wake_at <= now) command({ do: 'wake' }, row.wake_at)
    },
    get row() {
      return row
    },
    told,
    story: () => told.map(({ action, at }) => `${action} ${(at.getTime() - night(0).getTime()) / HOUR}`),
  }
}

t.test('two nights: a table when it begins, updates in between, an end; by day nothing wakes it', async (t) => {
  const report = givenReport()
  t.match(report.row, { status: 'Waiting', starts_at: night(0), ends_at: night(6), wake_at: night(0), next_refresh_at: null })
  t.equal(report.wake(night(-0.001)), 'unchanged')
  report.passTime(night(23.9))
  const first = ['started 0', 'refreshed 1', 'refreshed 2', 'refreshed 3', 'refreshed 4', 'refreshed 5', 'ended 6']
  t.strictSame(report.story(), first)
  t.match(report.row, { status: 'Waiting', wake_at: night(24), starts_at: night(24), ends_at: night(30), next_refresh_at: null })
  t.equal(report.row.started_version, 2, 'the version with which it began')
  report.passTime(night(40))
  t.strictSame(report.story().slice(first.length), [
    'started 24',
    'refreshed 25',
    'refreshed 26',
    'refreshed 27',
    'refreshed 28',
    'refreshed 29',
    'ended 30',
  ])
  t.equal(report.row.started_version, 9)
  for (const [i, { before, after }] of report.told.entries()) {
    t.equal(after.version, i + 2, 'one change, one version')
    if (before !== null && before.status !== after.status) t.ok((REPORT_MOVES[before.status] as readonly string[]).includes(after.status))
  }
})

t.test('as soon as all is calm it ends, but not before it has been looked at once', async (t) => {
  const report = givenReport()
  t.equal(report.wake(night(0), true), 'started')
  t.equal(report.wake(night(1)), 'refreshed')
  t.equal(report.wake(night(1.5), true), 'unchanged', 'it is not due')
  t.equal(report.wake(night(2.25), true), 'ended')
  t.match(report.row, { status: 'Waiting', starts_at: night(24), wake_at: night(24) })
  t.strictSame(report.story(), ['started 0', 'refreshed 1', 'ended 2.25'])
})

t.test('a clock that was away: refreshes are one, a night that began ends, and nights that passed unseen are left out', async (t) => {
  const report = givenReport()
  t.equal(report.wake(night(0.5)), 'started')
  t.match(report.row, { next_refresh_at: night(1) }, 'evenly apart from its beginning')
  t.equal(report.wake(night(4.2)), 'refreshed')
  t.match(report.row, { next_refresh_at: night(5) })
  t.equal(report.wake(night(74), true), 'ended started', 'two nights later, in the middle of the fourth')
  t.match(report.row, { status: 'Active', starts_at: night(72), next_refresh_at: night(75), ends_at: night(78) })
  const missed = givenReport()
  t.equal(missed.wake(night(9)), 'started ended', 'it is told all the same, when it is over')
  t.strictSame(missed.story(), ['started 0', 'ended 6'])
  t.match(missed.row, { wake_at: night(24) })
})

t.test('one time ends before the next begins, however often cron fires', async (t) => {
  const overlapping = givenReport({ cron: '*/10 * * * *', durationSeconds: 3_600, refreshSeconds: 600 })
  overlapping.passTime(new Date(EVENING.getTime() + 2.5 * HOUR))
  t.match(overlapping.row, { status: 'Active', starts_at: new Date(EVENING.getTime() + (10 / 60 + 2) * HOUR) })
  const hourly = givenReport({ cron: '0 * * * *', durationSeconds: 3_600, refreshSeconds: 1_800 })
  t.equal(hourly.wake(night(-4)), 'started')
  t.equal(hourly.wake(night(-3)), 'ended started', 'one that begins at the very end of the other')
})

t.test('an edit: another length is for this time too, another cron for the next; without a difference it is none', async (t) => {
  const report = givenReport()
  const edit = (wanted: object, now: Date) => report.command({ do: 'edit', edit: wanted }, now)
  t.equal(edit({ name: 'Nightly', channels: ['ops'], tag: null, refreshSeconds: 3_600 }, night(-1)), 'unchanged')
  t.equal(edit({ durationSeconds: 3 * 3_600 }, night(-1)), 'edited')
  t.match(report.row, { status: 'Waiting', starts_at: night(0), ends_at: night(3) })
  report.wake(night(0))
  t.equal(edit({ durationSeconds: 8 * 3_600, refreshSeconds: 600 }, night(2)), 'edited')
  t.match(report.row, { status: 'Active', ends_at: night(8), next_refresh_at: new Date(night(2).getTime() + 600_000) })
  t.equal(edit({ durationSeconds: 3_600 }, night(2)), 'edited')
  t.equal(report.row.wake_at?.getTime(), night(1).getTime())
  t.equal(report.wake(night(2)), 'ended')
  report.wake(night(24))
  t.equal(edit({ cron: '0 4 * * *' }, night(25)), 'edited')
  t.match(report.row, { status: 'Waiting', starts_at: night(28), next_refresh_at: null, wake_at: night(28) })
  t.equal(report.command({ do: 'delete' }, night(26)), 'deleted')
  t.match(report.row, { name_key: null, wake_at: null, deleted_at: night(26) })
})
