import { commitOne } from '@lifeline/backbone/db/commit'
import { changeIncident } from '@lifeline/backbone/db/incidents/change-incident'
import type { FollowedEvent } from '@lifeline/backbone/db/incidents/follow-scheduler'
import { followScheduler } from '@lifeline/backbone/db/incidents/follow-scheduler'
import { addWindow } from '@lifeline/backbone/db/maintenance/change-window'
import { getWindow } from '@lifeline/backbone/db/maintenance/find-windows'
import { getScheduler } from '@lifeline/backbone/db/schedulers/find-schedulers'
import type { Db } from '@lifeline/backbone/db/schema'
import { nextWakeOf } from '@lifeline/backbone/db/wake-rows'
import { ENGINES, freshDatabase } from '@lifeline/testing/databases'
import { virtualClock } from '@lifeline/testing/virtual-clock'
import t from 'tap'
import { pruneOnce } from '../src/retention.ts'
import { repairOnce } from '../src/start-clock.ts'
import { tick } from '../src/tick.ts'
import { givenScheduler, signalScheduler } from './given-scheduler.ts'
import { NINE, tickOptions } from './given-task.ts'

const minute = (minutes: number) => new Date(NINE.getTime() + minutes * 60_000)

/** The coordinator's part: the newest event of a scheduler. */
async function follow(db: Db, { id }: { id: string }) {
  const rows = await db.selectFrom('outbox').selectAll().where('subject', '=', `scheduler/${id}`).orderBy('seq', 'desc').execute()
  const [row] = rows
  if (row === undefined) throw new Error('It told nothing.')
  const { cloudEvents_time, cloudEvents_sequence } = JSON.parse(row.headers)
  const event = { id: row.message_id, subject: row.subject, time: new Date(cloudEvents_time), sequence: Number(cloudEvents_sequence) }
  await commitOne(db, followScheduler, { ...event, type: row.routing_key as FollowedEvent['type'], data: JSON.parse(row.body) })
}

/** What was told of the incidents of a scheduler, as `action instant`. */
async function listStory(db: Db, { id }: { id: string }): Promise<string[]> {
  const query = db.selectFrom('incident_logs').innerJoin('incidents', 'incidents.id', 'incident_logs.incident_id')
  const rows = await query
    .select(['action', 'at'])
    .where('scheduler_id', '=', id)
    .orderBy('incident_id')
    .orderBy('incident_logs.version')
    .execute()
  return rows.map(({ action, at }) => `${action} ${at.toISOString().slice(11, 16)}`)
}

const getRow = (db: Db, row: { id: string }) =>
  db.selectFrom('incidents').selectAll().where('scheduler_id', '=', row.id).executeTakeFirstOrThrow()

for (const engine of ENGINES) {
  t.test(`${engine}: people are reminded every hour while it is Down, until somebody acknowledges it`, async (t) => {
    const db = await freshDatabase(t, engine)
    const clock = virtualClock(NINE)
    const options = tickOptions(db, clock)
    const row = await givenScheduler(db, { escalateAfterSeconds: 5_400, escalateChannels: ['boss'] })
    await signalScheduler(db, row, 'fail', minute(1))
    await follow(db, row)
    t.strictSame(await nextWakeOf(db, 'incidents'), minute(61))
    for (let at = 2; at <= 200; at++) {
      clock.set(minute(at))
      t.equal(await tick(options), false)
    }
    t.strictSame(await listStory(db, row), ['opened 09:01', 'reminded 10:01', 'escalated 10:31', 'reminded 11:01', 'reminded 12:01'])
    const { id } = await getRow(db, row)
    await commitOne(db, changeIncident, { id, command: { do: 'acknowledge', reason: null }, actor: 'user:ann', now: minute(201) })
    clock.set(minute(2_000))
    await tick(options)
    t.equal((await listStory(db, row)).at(-1), 'acknowledged 12:21')
    t.equal(await nextWakeOf(db, 'incidents'), null)
  })

  t.test(`${engine}: a clock that was away reminds once, and of nothing that is over`, async (t) => {
    const db = await freshDatabase(t, engine)
    const clock = virtualClock(minute(1_000))
    const [down, over] = [await givenScheduler(db), await givenScheduler(db, { name: 'over' })]
    for (const row of [down, over]) {
      await signalScheduler(db, row, 'fail', minute(1))
      await follow(db, row)
    }
    // The news of it was lost.
    await signalScheduler(db, over, 'success', minute(30))
    await tick(tickOptions(db, clock))
    t.strictSame(await listStory(db, down), ['opened 09:01', 'reminded 01:40'])
    t.strictSame(await listStory(db, over), ['opened 09:01', 'resolved 09:30'])
    t.match(await getRow(db, down), { wake_at: minute(1_060), reminders: 1 })
  })

  t.test(`${engine}: what nobody may be told of yet is asked for again, without a version`, async (t) => {
    const db = await freshDatabase(t, engine)
    const clock = virtualClock(minute(3))
    const options = tickOptions(db, clock)
    const parent = await givenScheduler(db, { name: 'host' })
    const child = await givenScheduler(db, { dependsOn: [parent.id] })
    await signalScheduler(db, parent, 'fail', minute(1))
    await signalScheduler(db, child, 'fail', minute(2))
    await follow(db, child)
    clock.set(minute(7))
    await tick(options)
    t.match(await getRow(db, child), { version: 1, wake_at: minute(12), suppressed: 'dependency' })
    await signalScheduler(db, parent, 'success', minute(8))
    clock.set(minute(12))
    await tick(options)
    t.strictSame(await listStory(db, child), ['suppressed 09:02', 'opened 09:12'])
  })

  t.test(`${engine}: a maintenance window begins and ends by the clock, and what is still Down is told at its end`, async (t) => {
    const db = await freshDatabase(t, engine)
    const clock = virtualClock(NINE)
    const options = tickOptions(db, clock)
    const times = { startsAt: minute(10), endsAt: minute(20) }
    const { id } = await commitOne(db, addWindow, { name: 'upgrade', times, actor: 'user:ann', now: NINE })
    const row = await givenScheduler(db)
    for (let at = 1; at <= 30; at++) {
      clock.set(minute(at))
      await tick(options)
      if (at !== 15) continue
      t.equal((await getScheduler(db, row.id)).status, 'Down')
      await follow(db, row)
    }
    t.strictSame(await listStory(db, row), ['suppressed 09:15', 'opened 09:20'])
    const [ended] = await db.selectFrom('outbox').selectAll().where('routing_key', '=', 'maintenance.ended').execute()
    t.match(JSON.parse(ended?.body ?? ''), {
      after: { id, status: 'Ended' },
      summary: { incidents: 1, resolved: 0, stillDown: ['backup'] },
    })
    await db.updateTable('maintenance_windows').set({ status: 'Active', wake_at: null }).execute()
    t.equal(await repairOnce(options), 1)
    await tick(options)
    t.equal((await getWindow(db, id)).status, 'Ended')
    t.equal(await repairOnce(options), 0)
  })

  t.test(`${engine}: incidents that lost their wake, and those that outlived their end, are found and dealt with`, async (t) => {
    const db = await freshDatabase(t, engine)
    const options = tickOptions(db, virtualClock(minute(100)))
    const names = ['lost', 'outlived', 'acknowledged', 'never'] as const
    const rows = []
    for (const name of names) {
      const row = await givenScheduler(db, { name, ...(name === 'never' && { remindEverySeconds: null }) })
      await signalScheduler(db, row, 'fail', minute(1))
      await follow(db, row)
      rows.push(row)
    }
    const [lost, outlived, acknowledged, never] = rows as [never, never, never, never]
    for (const row of [outlived, acknowledged]) {
      const { id } = await getRow(db, row)
      await commitOne(db, changeIncident, { id, command: { do: 'acknowledge', reason: null }, actor: 'user:ann', now: minute(2) })
    }
    await signalScheduler(db, outlived, 'success', minute(80))
    await db.updateTable('incidents').set({ wake_at: null }).execute()
    t.equal(await repairOnce(options), 2)
    await tick(options)
    t.strictSame((await listStory(db, lost)).at(-1), 'reminded 10:40')
    t.strictSame((await listStory(db, outlived)).at(-1), 'resolved 10:20')
    t.strictSame((await listStory(db, acknowledged)).at(-1), 'acknowledged 09:02')
    t.strictSame(await listStory(db, never), ['opened 09:01'])
    t.equal(await repairOnce(options), 0)
  })

  t.test(`${engine}: incidents and their logs go 400 days after they were resolved; open ones stay`, async (t) => {
    const db = await freshDatabase(t, engine)
    const now = new Date('2026-06-01T00:00:00.000Z')
    const daysAgo = (days: number) => new Date(now.getTime() - days * 86_400_000)
    const [old, young, open] = [
      await givenScheduler(db, { now: daysAgo(500), periodSeconds: 365 * 86_400 }),
      await givenScheduler(db, { name: 'young', now: daysAgo(500), periodSeconds: 365 * 86_400 }),
      await givenScheduler(db, { name: 'open', now: daysAgo(500), periodSeconds: 365 * 86_400 }),
    ]
    for (const row of [old, young, open]) {
      await signalScheduler(db, row, 'fail', daysAgo(450))
      await follow(db, row)
    }
    for (const [row, days] of [
      [old, 401],
      [young, 399],
    ] as const) {
      await signalScheduler(db, row, 'success', daysAgo(days))
      await follow(db, row)
    }
    await pruneOnce(db, now)
    const left = await db.selectFrom('incidents').select('name').orderBy('name').execute()
    t.strictSame(
      left.map(({ name }) => name),
      ['open', 'young'],
    )
    t.strictSame(await listStory(db, young), ['resolved 00:00'])
    t.equal((await db.selectFrom('incident_logs').select('version').execute()).length, 1)
  })
}
