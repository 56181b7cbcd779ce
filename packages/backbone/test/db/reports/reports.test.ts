import { commitOne } from '@lifeline/backbone/db/commit'
import { addReport, changeReport } from '@lifeline/backbone/db/reports/change-report'
import type { NewReport, ReportCommand } from '@lifeline/backbone/db/reports/decide'
import { getReport, listReports } from '@lifeline/backbone/db/reports/find-reports'
import { readTable } from '@lifeline/backbone/db/reports/read-table'
import { reportWakes } from '@lifeline/backbone/db/reports/report-wakes'
import { REPORT_STATUSES } from '@lifeline/backbone/db/reports/status'
import { MOST_NAMES, MOST_ROWS } from '@lifeline/backbone/db/reports/table'
import type { Db } from '@lifeline/backbone/db/schema'
import { ENGINES, freshDatabase } from '@lifeline/testing/databases'
import t from 'tap'
import { assertOneOfEach } from '../one-of-each.ts'
import { minute, NOON } from '../schedulers/given-life.ts'
import { command, givenScheduler, signal } from '../schedulers/given-scheduler.ts'

/** From one o'clock to two, every ten minutes. */
function givenReport(db: Db, more: Partial<NewReport> = {}) {
  const times = { cron: '0 13 * * *', timeZone: 'UTC', durationSeconds: 3_600, refreshSeconds: 600 }
  return commitOne(db, addReport, { name: 'Nightly', channels: ['ops'], tag: null, ...times, actor: 'user:ann', now: NOON, ...more })
}

const changeIt = (db: Db, { id }: { id: string }, wanted: ReportCommand, now: Date, more: object = {}) =>
  commitOne(db, changeReport, { id, command: wanted, actor: 'user:ann', now, ...more })
const wake = (db: Db, row: { id: string }, at: number) => changeIt(db, row, { do: 'wake' }, minute(at))

async function lastEvent(db: Db, { id }: { id: string }) {
  const query = db.selectFrom('outbox').selectAll().where('subject', '=', `report/${id}`).orderBy('seq', 'desc')
  const row = await query.fetch(1).executeTakeFirstOrThrow()
  return { type: row.routing_key, data: JSON.parse(row.body) }
}

/** Expected at times of a day. */
const daily = (db: Db, name: string, cron: string, more: object = {}) => givenScheduler(db, { name, cron, graceSeconds: 600, ...more })

for (const engine of ENGINES) {
  t.test(`${engine}: a night: the table, its updates, and a summary of what failed; each change once`, async (t) => {
    const db = await freshDatabase(t, engine)
    const report = await givenReport(db)
    t.match(report, { status: 'Waiting', wake_at: minute(60), version: 1 })
    const [good, bad, silent, slow] = [
      await daily(db, 'good', '5 13 * * *'),
      await daily(db, 'bad', '5 13 * * *'),
      await daily(db, 'silent', '10 13 * * *'),
      await daily(db, 'slow', '0 12 * * *', { maxRuntimeSeconds: 20_000 }),
    ]
    // Before the night: no part of it.
    await signal(db, good, { kind: 'fail' }, minute(30))
    await signal(db, good, { kind: 'success' }, minute(31))
    t.match(await wake(db, report, 60), {
      actions: ['started'],
      report: { status: 'Active', started_version: 2, next_refresh_at: minute(70) },
    })
    t.match(await lastEvent(db, report), {
      type: 'report.started',
      data: { table: { startsAt: minute(60).toISOString(), endsAt: minute(120).toISOString(), counts: { Up: 1, New: 3, late: 0 } } },
    })
    await signal(db, good, { kind: 'start' }, minute(65))
    await signal(db, good, { kind: 'success' }, minute(67))
    await signal(db, bad, { kind: 'fail', error: 'disk full' }, minute(66))
    await signal(db, slow, { kind: 'start' }, minute(68))
    t.match(await wake(db, report, 70), { actions: ['refreshed'] })
    const { table } = (await lastEvent(db, report)).data
    t.strictSame(table.counts, { New: 2, Up: 1, Down: 1, Paused: 0, late: 1, running: 1 })
    t.match(table.rows, [
      { name: 'bad', status: 'Down', lastError: 'disk full' },
      { name: 'silent', late: true, nextExpectedAt: minute(70).toISOString(), lastPingAt: null },
      { name: 'slow', running: true },
      { name: 'good', status: 'Up', late: false, lastPingAt: minute(67).toISOString(), lastDurationSeconds: 120 },
    ])
    await command(db, silent, { do: 'wake' }, minute(80))
    t.match(await wake(db, report, 80), { actions: ['refreshed'] })
    t.match(await wake(db, report, 131), { actions: ['ended'], report: { status: 'Waiting', starts_at: minute(60 + 1_440) } })
    const { type, data } = await lastEvent(db, report)
    t.match([type, data.table.endsAt], ['report.ended', minute(120).toISOString()])
    t.strictSame(data.summary, {
      startsAt: minute(60).toISOString(),
      endsAt: minute(120).toISOString(),
      allClear: false,
      succeeded: 1,
      failed: 1,
      timedOut: 0,
      missed: 1,
      late: 0,
      running: 1,
      longest: { name: 'good', seconds: 120 },
      failing: [
        { name: 'bad', failed: 1, timedOut: 0, missed: 0 },
        { name: 'silent', failed: 0, timedOut: 0, missed: 1 },
      ],
      down: 2,
      stillDown: ['bad', 'silent'],
    })
    const { actions, types } = await assertOneOfEach(t, db, 'report', report.id)
    t.strictSame(actions, ['created', 'started', 'refreshed', 'refreshed', 'ended'])
    t.strictSame(types.at(-1), 'report.ended')
  })

  t.test(`${engine}: it ends as soon as every expected run is green; who is expected after its end is not waited for`, async (t) => {
    const db = await freshDatabase(t, engine)
    const report = await givenReport(db, { tag: 'night' })
    const row = await daily(db, 'backup', '5 13 * * *', { tags: ['night'] })
    await daily(db, 'later', '30 14 * * *', { tags: ['night'] })
    const other = await daily(db, 'of another tag', '10 13 * * *', { tags: ['day'] })
    await signal(db, other, { kind: 'fail' }, minute(50))
    await wake(db, report, 60)
    t.match(await wake(db, report, 70), { actions: ['refreshed'] }, 'it is late')
    await signal(db, row, { kind: 'start' }, minute(71))
    t.match(await wake(db, report, 80), { actions: ['refreshed'] }, 'it runs')
    await signal(db, row, { kind: 'success' }, minute(80.5))
    t.match(await wake(db, report, 90), { actions: ['ended'], report: { status: 'Waiting', next_refresh_at: null } })
    t.match((await lastEvent(db, report)).data, {
      before: { status: 'Active' },
      table: { endsAt: minute(90).toISOString(), counts: { Up: 1, New: 1, Down: 0 } },
      summary: {
        allClear: true,
        succeeded: 1,
        failed: 0,
        endsAt: minute(90).toISOString(),
        longest: { name: 'backup', seconds: 570 },
        failing: [],
      },
    })
    t.match(await wake(db, report, 100), { kind: 'unchanged' })
  })

  t.test(`${engine}: trouble is never below the edge of the table, however many there are`, async (t) => {
    const db = await freshDatabase(t, engine)
    const report = await givenReport(db)
    const rows = []
    for (let i = 0; i < MOST_ROWS + 8; i++) rows.push(await daily(db, `job ${String(i).padStart(2, '0')}`, `${i} 13 * * *`))
    const failing = rows.slice(-MOST_NAMES - 2)
    for (const row of failing) await signal(db, row, { kind: 'fail', error: 'x'.repeat(900) }, minute(59))
    await command(db, rows[0] as { id: string }, { do: 'pause', until: null, sticky: true }, minute(59))
    const { table, isCalm } = await readTable(db, report, minute(62))
    t.equal(isCalm, false)
    t.strictSame(table.counts, { New: rows.length - failing.length - 1, Up: 0, Down: failing.length, Paused: 1, late: 2, running: 0 })
    t.equal(table.rows.length, MOST_ROWS)
    const statuses = table.rows.map(({ status, late }) => (late ? 'late' : status))
    t.strictSame(new Set(statuses.slice(0, failing.length)), new Set(['Down']))
    t.strictSame(statuses.slice(failing.length, failing.length + 3), ['late', 'late', 'New'])
    t.notOk(statuses.includes('Paused'), 'nobody waits for it')
    t.equal(table.rows[0]?.lastError?.length, 100)
    await wake(db, report, 60)
    await wake(db, report, 120)
    const { summary } = (await lastEvent(db, report)).data
    t.match(summary, { down: failing.length, failed: 0, allClear: false })
    t.equal(summary.stillDown.length, MOST_NAMES)
  })

  t.test(`${engine}: a name is one report's, however it is written; an edit says what is different, and stale ones nothing`, async (t) => {
    const db = await freshDatabase(t, engine)
    const report = await givenReport(db)
    await t.rejects(givenReport(db, { name: 'NIGHTLY' }), { code: 'not_unique' })
    const other = await givenReport(db, { name: 'Other', channels: [] })
    const edit = (wanted: object, more: object = {}) => changeIt(db, other, { do: 'edit', edit: wanted }, minute(1), more)
    await t.rejects(edit({ name: 'nightly' }), { code: 'not_unique' })
    t.match(await edit({ name: 'OTHER', tag: 'x' }), { kind: 'changed', report: { name: 'OTHER', tag: 'x', version: 2 } })
    t.match((await lastEvent(db, other)).data, { before: { name: 'Other', tag: null }, after: { name: 'OTHER', channels: [] } })
    t.match(await edit({ tag: 'y' }, { ifVersion: [1] }), { kind: 'stale' })
    await changeIt(db, report, { do: 'delete' }, minute(2))
    await t.rejects(getReport(db, report.id), { code: 'not_found' })
    t.match(await changeIt(db, report, { do: 'wake' }, minute(60)), { kind: 'missing' })
    const again = await givenReport(db)
    t.strictSame(
      (await listReports(db, { limit: 5 })).map(({ id }) => id),
      [again.id, other.id],
    )
  })

  t.test(`${engine}: the safety net finds those that no tick would, and the CHECK agrees with the table of moves`, async (t) => {
    const db = await freshDatabase(t, engine)
    const report = await givenReport(db)
    const forget = () => db.updateTable('reports').set({ wake_at: null }).where('id', '=', report.id).execute()
    await forget()
    t.equal(await reportWakes.repair(db, minute(59)), 0)
    t.equal(await reportWakes.repair(db, minute(60)), 1)
    await wake(db, report, 60)
    await forget()
    t.equal(await reportWakes.repair(db, minute(69)), 0)
    t.equal(await reportWakes.repair(db, minute(70)), 1)
    const set = (status: string) => db.updateTable('reports').set({ status }).where('id', '=', report.id).execute()
    for (const status of REPORT_STATUSES) await t.resolves(set(status), status)
    await t.rejects(set('Over'), /reports_status_check/)
  })
}
