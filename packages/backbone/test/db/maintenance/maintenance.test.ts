import { commitOne } from '@lifeline/backbone/db/commit'
import { isInMaintenance } from '@lifeline/backbone/db/incidents/circumstances'
import { getIncident, listSilenced } from '@lifeline/backbone/db/incidents/find-incidents'
import { addWindow, changeWindow } from '@lifeline/backbone/db/maintenance/change-window'
import type { NewWindow, WindowCommand } from '@lifeline/backbone/db/maintenance/decide'
import { getWindow, listWindows } from '@lifeline/backbone/db/maintenance/find-windows'
import { WINDOW_STATUSES } from '@lifeline/backbone/db/maintenance/status'
import type { Db } from '@lifeline/backbone/db/schema'
import { ENGINES, freshDatabase } from '@lifeline/testing/databases'
import t from 'tap'
import { change, followAll, listTold } from '../incidents/given-incident.ts'
import { minute, NOON } from '../schedulers/given-life.ts'
import { givenScheduler, signal } from '../schedulers/given-scheduler.ts'

/** From ten to twenty minutes after noon, for all schedulers. */
function givenWindow(db: Db, more: Partial<NewWindow> = {}) {
  const times = { startsAt: minute(10), endsAt: minute(20) }
  return commitOne(db, addWindow, { name: 'upgrade', times, actor: 'user:ann', now: NOON, ...more })
}

const changeIt = (db: Db, { id }: { id: string }, command: WindowCommand, now: Date, more: object = {}) =>
  commitOne(db, changeWindow, { id, command, actor: 'user:ann', now, ...more })

async function listEvents(db: Db, { id }: { id: string }) {
  const rows = await db.selectFrom('outbox').selectAll().where('subject', '=', `maintenance/${id}`).orderBy('seq').execute()
  return rows.map(({ routing_key, message_id, body }) => ({ type: routing_key, id: message_id, data: JSON.parse(body) }))
}

async function listLogs(db: Db, { id }: { id: string }) {
  const rows = await db.selectFrom('maintenance_window_logs').selectAll().where('window_id', '=', id).orderBy('version').execute()
  return rows.map(({ version, action, at }) => `${version} ${action} ${at.toISOString().slice(11, 16)}`)
}

for (const engine of ENGINES) {
  t.test(`${engine}: a window begins and ends at its times, however late the clock looks`, async (t) => {
    const db = await freshDatabase(t, engine)
    const window = await givenWindow(db)
    t.match(window, { status: 'Scheduled', wake_at: minute(10), version: 1 })
    t.match(await changeIt(db, window, { do: 'wake' }, minute(9)), { kind: 'unchanged' })
    t.match(await changeIt(db, window, { do: 'wake' }, minute(10)), {
      actions: ['started'],
      window: { status: 'Active', wake_at: minute(20) },
    })
    t.match(await changeIt(db, window, { do: 'wake' }, minute(25)), { actions: ['ended'], window: { status: 'Ended', wake_at: null } })
    t.strictSame(await listLogs(db, window), ['1 scheduled 12:00', '2 started 12:10', '3 ended 12:20'])
    const late = await givenWindow(db)
    t.match(await changeIt(db, late, { do: 'wake' }, minute(99)), { actions: ['started', 'ended'] })
    const events = await listEvents(db, late)
    t.strictSame(
      events.map(({ type, id }) => `${type} ${id.split('@')[1]}`),
      ['maintenance.scheduled 1', 'maintenance.started 2', 'maintenance.ended 3'],
    )
    t.match(events.at(-1)?.data, { summary: { incidents: 0, stillDown: [] }, after: { status: 'Ended', channels: [] } })
  })

  t.test(`${engine}: one that comes again waits for its next time; times that passed unseen are left out`, async (t) => {
    const db = await freshDatabase(t, engine)
    // Half past each hour, for ten minutes.
    const window = await givenWindow(db, { times: { cron: '30 * * * *', timeZone: 'UTC', durationSeconds: 600 } })
    t.match(window, { starts_at: minute(30), ends_at: minute(40), wake_at: minute(30) })
    await changeIt(db, window, { do: 'wake' }, minute(31))
    const { window: next } = (await changeIt(db, window, { do: 'wake' }, minute(40))) as { window: typeof window }
    t.match(next, { status: 'Scheduled', starts_at: minute(90), ends_at: minute(100), wake_at: minute(90), version: 3 })
    await changeIt(db, window, { do: 'wake' }, minute(90))
    // Away for hours, and back in the middle of one.
    t.match(await changeIt(db, window, { do: 'wake' }, minute(515)), {
      actions: ['ended', 'started'],
      window: { status: 'Active', starts_at: minute(510), ends_at: minute(520) },
    })
  })

  t.test(`${engine}: what goes Down in a window is told to nobody; at its end, what still is`, async (t) => {
    const db = await freshDatabase(t, engine)
    const window = await givenWindow(db)
    const [still, back, before] = [
      await givenScheduler(db, { name: 'still', channels: ['ops'] }),
      await givenScheduler(db, { name: 'back', channels: ['ops', 'web'] }),
      await givenScheduler(db, { name: 'before', remindEverySeconds: 600 }),
    ]
    await signal(db, before, { kind: 'fail' }, minute(5))
    const told = await followAll(db, before)
    await changeIt(db, window, { do: 'wake' }, minute(10))
    for (const row of [still, back]) await signal(db, row, { kind: 'fail' }, minute(10))
    const [hidden, ended] = [await followAll(db, still), await followAll(db, back)]
    for (const row of [hidden, ended])
      t.match(row, { status: 'Open', suppressed: 'maintenance', told_at: null, window_id: window.id, wake_at: minute(20) })
    t.match(await change(db, told, { do: 'wake' }, minute(15)), { kind: 'unchanged', wakeAt: minute(20) }, 'nor is anybody reminded')
    await signal(db, back, { kind: 'success' }, minute(16))
    await followAll(db, back)
    t.match(await change(db, told, { do: 'wake' }, minute(20)), { actions: ['reminded'] })
    t.match(await change(db, hidden, { do: 'wake' }, minute(20)), { actions: ['opened'] })
    await changeIt(db, window, { do: 'wake' }, minute(20.01))
    t.strictSame(await listTold(db, hidden), ['incident.suppressed', 'incident.opened ops'])
    t.strictSame(await listTold(db, ended), ['incident.suppressed', 'incident.resolved'])
    const { data } = (await listEvents(db, window)).at(-1) ?? {}
    t.match(data, { summary: { incidents: 2, resolved: 1, stillDown: ['still'] } })
    t.strictSame(data.after.channels.sort(), ['ops', 'web'])
    t.match(await getIncident(db, hidden.id), { opened_at: minute(10), told_at: minute(20), suppressed: null })
  })

  t.test(`${engine}: a window is for a scheduler, for all with a tag, or for all; and ends with its last instant`, async (t) => {
    const db = await freshDatabase(t, engine)
    const [one, other] = [await givenScheduler(db, { tags: ['db', 'x'] }), await givenScheduler(db, { name: 'other', tags: ['web'] })]
    await givenWindow(db, { schedulerId: one.id })
    await givenWindow(db, { tag: 'web', times: { startsAt: minute(30), endsAt: minute(40) } })
    await givenWindow(db, { times: { startsAt: minute(50), endsAt: minute(60) } })
    const silent = async (at: number) => [await isInMaintenance(db, one, minute(at)), await isInMaintenance(db, other, minute(at))]
    t.strictSame(await silent(9.99), [false, false])
    t.strictSame(await silent(10), [true, false])
    t.strictSame(await silent(20), [false, false])
    t.strictSame(await silent(35), [false, true])
    t.strictSame(await silent(55), [true, true])
  })

  t.test(`${engine}: two windows that overlap are one silence; the summary is of the longer`, async (t) => {
    const db = await freshDatabase(t, engine)
    await givenWindow(db)
    const longer = await givenWindow(db, { name: 'longer', times: { startsAt: minute(12), endsAt: minute(30) } })
    const row = await givenScheduler(db)
    await signal(db, row, { kind: 'fail' }, minute(11))
    const incident = await followAll(db, row)
    t.match(await change(db, incident, { do: 'wake' }, minute(20)), { actions: ['suppressed'], incident: { window_id: longer.id } })
    t.match(await getIncident(db, incident.id), { wake_at: minute(30), suppressed: 'maintenance', version: 2 })
    t.strictSame(await listSilenced(db, longer.id), [incident.id])
    t.match(await change(db, incident, { do: 'wake' }, minute(30)), { actions: ['opened'] })
    t.strictSame(await listSilenced(db, longer.id), [])
  })

  t.test(`${engine}: a window is edited and deleted, and one that has ended is not`, async (t) => {
    const db = await freshDatabase(t, engine)
    const window = await givenWindow(db)
    const edit = (edit: object, now: Date, more: object = {}) => changeIt(db, window, { do: 'edit', edit }, now, more)
    t.match(await edit({ name: 'upgrade', times: { startsAt: minute(10), endsAt: minute(20) } }, minute(1)), { kind: 'unchanged' })
    t.match(await edit({ name: 'x' }, minute(1), { ifVersion: [9] }), { kind: 'stale' })
    await changeIt(db, window, { do: 'wake' }, minute(10))
    t.match(await edit({ times: { startsAt: minute(10), endsAt: minute(15) } }, minute(11)), {
      window: { status: 'Active', ends_at: minute(15), wake_at: minute(15) },
    })
    t.match(await edit({ name: 'later', times: { startsAt: minute(60), endsAt: minute(70) } }, minute(12)), {
      window: { status: 'Scheduled', wake_at: minute(60), name: 'later' },
    })
    t.match(await edit({ times: { cron: '0 3 * * *', timeZone: 'Asia/Jakarta', durationSeconds: 60 } }, minute(13)), {
      window: { cron: '0 3 * * *', starts_at: new Date('2026-03-02T20:00:00.000Z'), ends_at: new Date('2026-03-02T20:01:00.000Z') },
    })
    await changeIt(db, window, { do: 'delete' }, minute(14))
    await t.rejects(getWindow(db, window.id), { code: 'not_found' })
    t.match(await edit({ name: 'y' }, minute(15)), { kind: 'missing' })
    const over = await givenWindow(db)
    await changeIt(db, over, { do: 'wake' }, minute(20))
    t.match(await changeIt(db, over, { do: 'edit', edit: { name: 'z' } }, minute(21)), { kind: 'ended' })
    t.strictSame(
      (await listWindows(db, { limit: 5 })).map(({ id }) => id),
      [over.id],
    )
    t.strictSame(await listWindows(db, { limit: 5, afterId: over.id }), [])
  })

  t.test(`${engine}: the CHECK on a window's status agrees with the table of moves`, async (t) => {
    const db = await freshDatabase(t, engine)
    const { id } = await givenWindow(db)
    const set = (status: string) => db.updateTable('maintenance_windows').set({ status }).where('id', '=', id).execute()
    for (const status of WINDOW_STATUSES) await t.resolves(set(status), status)
    await t.rejects(set('Over'), /maintenance_status_check/)
  })
}
