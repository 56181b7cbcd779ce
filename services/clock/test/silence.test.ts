import { openDatabase } from '@lifeline/backbone/db/open'
import { nextWakeOf } from '@lifeline/backbone/db/wake-rows'
import { registry } from '@lifeline/backbone/process/metrics'
import { CONCURRENT_ENGINES, ENGINES, freshDatabase, freshDatabaseUrl } from '@lifeline/testing/databases'
import { virtualClock } from '@lifeline/testing/virtual-clock'
import t from 'tap'
import { repairOnce } from '../src/start-clock.ts'
import { tick } from '../src/tick.ts'
import { commandScheduler, getSchedulerRow, givenScheduler, listStory, signalScheduler } from './given-scheduler.ts'
import { NINE, tickOptions } from './given-task.ts'

const minute = (minutes: number) => new Date(NINE.getTime() + minutes * 60_000)

for (const engine of ENGINES) {
  t.test(`${engine}: a silent scheduler goes Down at its instant, once, and the clock waits for nothing more`, async (t) => {
    const db = await freshDatabase(t, engine)
    const clock = virtualClock(NINE)
    const options = tickOptions(db, clock)
    const row = await givenScheduler(db)
    await signalScheduler(db, row, 'success', minute(1))
    t.strictSame(await nextWakeOf(db, 'schedulers'), minute(16))
    for (const at of [15.9, 16.02, 17, 600]) {
      clock.set(minute(at))
      t.equal(await tick(options), false)
    }
    t.strictSame(await listStory(db, row), ['registered 09:00:00 key:ci', 'up 09:01:00 key:ci', 'down 09:16:00 system:clock'])
    t.equal(await nextWakeOf(db, 'schedulers'), null)
    t.equal(options.wrote.length, 1)
    const { values } = (await registry.getSingleMetric('wake_lag_seconds')?.get()) ?? { values: [] }
    t.ok(values.some(({ labels }) => (labels as { kind?: string }).kind === 'scheduler'))
  })

  t.test(`${engine}: a clock that was away finds every slot that was missed, each with its instant`, async (t) => {
    const db = await freshDatabase(t, engine)
    const row = await givenScheduler(db, { failureTolerance: 4, warnWhenLate: true })
    const options = tickOptions(db, virtualClock(minute(1_000)))
    await tick(options)
    t.strictSame((await listStory(db, row)).slice(1), [
      ...['failed 09:15:00 system:clock', 'failed 09:30:00 system:clock', 'failed 09:45:00 system:clock'],
      'down 10:00:00 system:clock',
    ])
    t.match(await getSchedulerRow(db, row), { down_since: minute(60), runs: 4, version: 5, revision: 2, wake_at: null })
    const events = await db.selectFrom('outbox').select('message_id').where('subject', '=', `scheduler/${row.id}`).orderBy('seq').execute()
    t.strictSame(
      events.map(({ message_id }) => message_id),
      [1, 2, 3, 4, 5].map((version) => `scheduler/${row.id}@${version}`),
    )
  })

  t.test(`${engine}: a pause ends at its time, and runs are timed while it is Down`, async (t) => {
    const db = await freshDatabase(t, engine)
    const clock = virtualClock(minute(1))
    const options = tickOptions(db, clock)
    const [paused, down] = [await givenScheduler(db), await givenScheduler(db, { name: 'down', maxRuntimeSeconds: 60 })]
    await commandScheduler(db, paused, { do: 'pause', until: minute(5), sticky: false }, minute(1))
    await signalScheduler(db, down, 'fail', minute(1))
    await signalScheduler(db, down, 'start', minute(2))
    clock.set(minute(6))
    await tick(options)
    t.match(await getSchedulerRow(db, paused), { status: 'New', wake_at: minute(20) })
    t.match(await getSchedulerRow(db, down), { status: 'Down', runs: 2, version: 2, open_runs: null, wake_at: null })
  })

  t.test(`${engine}: a scheduler that cannot be woken does not hold up the others, and is tried again in a minute`, async (t) => {
    const db = await freshDatabase(t, engine)
    const clock = virtualClock(minute(15))
    const options = tickOptions(db, clock)
    const [poisoned, healthy] = [await givenScheduler(db), await givenScheduler(db, { name: 'healthy' })]
    await db
      .updateTable('schedulers')
      .set({ time_zone: 'Mars/Olympus', cron: '* * * * *', period_seconds: null, wake_at: new Date(0) })
      .where('id', '=', poisoned.id)
      .execute()
    await tick(options)
    t.match(await getSchedulerRow(db, healthy), { status: 'Down' })
    t.match(await getSchedulerRow(db, poisoned), { status: 'New', version: 1, wake_at: minute(16) })
    t.match(options.lines, [{ level: 50, schedulerId: poisoned.id, msg: /could not be woken/ }])
    await tick(options)
    t.equal(options.lines.length, 1, 'not at every tick')
    await db.updateTable('schedulers').set({ time_zone: 'UTC' }).where('id', '=', poisoned.id).execute()
    clock.set(minute(16))
    await tick(options)
    t.match(await getSchedulerRow(db, poisoned), { status: 'Down', down_since: minute(15) })
  })

  t.test(`${engine}: schedulers that lost their wake are found, counted, logged as an error, and dealt with`, async (t) => {
    const db = await freshDatabase(t, engine)
    const options = tickOptions(db, virtualClock(minute(16)))
    const add = (name: string, more: object = {}) => givenScheduler(db, { name, ...more })
    const [lost, late, running, paused, patient, down] = [
      await add('lost'),
      await add('late'),
      await add('running'),
      await add('paused'),
      await add('patient', { graceSeconds: 3_600 }),
      await add('down'),
    ]
    await signalScheduler(db, running, 'start', minute(2))
    await commandScheduler(db, paused, { do: 'pause', until: minute(10), sticky: false }, minute(1))
    await signalScheduler(db, down, 'fail', minute(2))
    const setWake = (ids: string[], wake_at: Date | null) => db.updateTable('schedulers').set({ wake_at }).where('id', 'in', ids).execute()
    await setWake([lost.id, running.id, paused.id], null)
    await setWake([late.id], new Date('2030-01-01T00:00:00Z'))
    await tick(options)
    t.match(await getSchedulerRow(db, lost), { status: 'New' })
    t.equal(await repairOnce(options), 4)
    t.match(options.lines, [{ level: 50, schedulers: 4 }])
    await tick(options)
    for (const row of [lost, late]) t.match(await getSchedulerRow(db, row), { status: 'Down', down_since: minute(15) })
    t.match(await getSchedulerRow(db, running), { status: 'Down', down_since: minute(7) })
    t.match(await getSchedulerRow(db, paused), { status: 'New', expected_at: minute(20) })
    t.match(await getSchedulerRow(db, patient), { status: 'New', version: 1 })
    t.equal(await repairOnce(options), 0)
  })

  t.test(`${engine}: a wake at which nothing is due is put right, not found again at every tick`, async (t) => {
    const db = await freshDatabase(t, engine)
    const row = await givenScheduler(db)
    await db.updateTable('schedulers').set({ wake_at: NINE }).where('id', '=', row.id).execute()
    await tick(tickOptions(db, virtualClock(NINE)))
    t.match(await getSchedulerRow(db, row), { wake_at: minute(15), version: 1, revision: 1 })
  })
}

for (const engine of CONCURRENT_ENGINES) {
  t.test(`${engine}: however many clocks tick at once, each scheduler goes Down once`, async (t) => {
    const url = await freshDatabaseUrl(t, engine)
    const databases = await Promise.all([1, 2, 3].map(() => openDatabase(url)))
    t.after(() => Promise.all(databases.map((one) => one.destroy())))
    const [db] = databases
    if (db === undefined) return
    for (let i = 0; i < 100; i++) await givenScheduler(db, { name: `job ${i}` })
    const clocks = databases.map((one) => tickOptions(one, virtualClock(minute(16))))
    await Promise.all(
      clocks.map(async (options) => {
        for (let more = true; more; ) more = await tick(options)
      }),
    )
    const logs = await db.selectFrom('scheduler_logs').select('scheduler_id').where('action', '=', 'down').execute()
    t.equal(logs.length, 100)
    t.equal(new Set(logs.map(({ scheduler_id }) => scheduler_id)).size, 100)
    t.notOk(clocks.some(({ lines }) => lines.some(({ level }) => level >= 50)))
  })
}
