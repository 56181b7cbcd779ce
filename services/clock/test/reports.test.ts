import { commitOne } from '@lifeline/backbone/db/commit'
import { addReport } from '@lifeline/backbone/db/reports/change-report'
import { nextWakeOf } from '@lifeline/backbone/db/wake-rows'
import { ENGINES, freshDatabase } from '@lifeline/testing/databases'
import { virtualClock } from '@lifeline/testing/virtual-clock'
import t from 'tap'
import { pruneOnce } from '../src/retention.ts'
import { repairOnce } from '../src/start-clock.ts'
import { tick } from '../src/tick.ts'
import { givenScheduler } from './given-scheduler.ts'
import { NINE, tickOptions } from './given-task.ts'

const DAY_MS = 86_400_000

for (const engine of ENGINES) {
  t.test(`${engine}: a report is posted, updated and ended by ticks, costs nothing by day, and its log goes after a month`, async (t) => {
    const db = await freshDatabase(t, engine)
    const clock = virtualClock(NINE)
    const options = tickOptions(db, clock)
    // It never reports, so that there is something to wait for all night.
    await givenScheduler(db, { name: 'nightly', cron: '30 20 * * *', timeZone: 'UTC', graceSeconds: 36_000 })
    const times = { cron: '0 0 * * *', timeZone: 'Asia/Jakarta', durationSeconds: 21_600, refreshSeconds: 3_600 }
    const { id } = await commitOne(db, addReport, { name: 'Nightly', channels: [], tag: null, ...times, actor: 'user:ann', now: NINE })
    const looked: string[] = []
    for (let at = NINE.getTime(); at < NINE.getTime() + DAY_MS; at += 600_000) {
      clock.set(new Date(at))
      const before = await nextWakeOf(db, 'reports')
      await tick(options)
      if ((await nextWakeOf(db, 'reports'))?.getTime() !== before?.getTime()) looked.push(new Date(at).toISOString().slice(11, 16))
    }
    t.strictSame(looked, ['17:00', '18:00', '19:00', '20:00', '21:00', '22:00', '23:00'])
    t.equal(await repairOnce(options), 0)
    const logs = db.selectFrom('report_logs').selectAll().where('report_id', '=', id).orderBy('version')
    t.strictSame(
      (await logs.execute()).map(({ action }) => action),
      ['created', 'started', 'refreshed', 'refreshed', 'refreshed', 'refreshed', 'refreshed', 'ended'],
    )
    // The last of it is of 23:00.
    const before = Date.parse('2026-03-02T20:30:00.000Z')
    await pruneOnce(db, new Date(before + 31 * DAY_MS))
    t.strictSame(
      (await logs.execute()).map(({ version }) => version),
      [6, 7, 8],
    )
  })
}
