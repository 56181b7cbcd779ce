import { commitOne } from '@lifeline/backbone/db/commit'
import { makeWriter } from '@lifeline/backbone/db/group-commit'
import { changeIncident } from '@lifeline/backbone/db/incidents/change-incident'
import { getIncident, listDependents } from '@lifeline/backbone/db/incidents/find-incidents'
import { followScheduler } from '@lifeline/backbone/db/incidents/follow-scheduler'
import { toIncident, toIncidentRow } from '@lifeline/backbone/db/incidents/incident'
import { listIncidentLogs, listIncidents } from '@lifeline/backbone/db/incidents/list-incidents'
import { INCIDENT_STATUSES } from '@lifeline/backbone/db/incidents/status'
import { ENGINES, freshDatabase } from '@lifeline/testing/databases'
import t from 'tap'
import { assertOneOfEach } from '../one-of-each.ts'
import { minute } from '../schedulers/given-life.ts'
import { command, givenScheduler, signal } from '../schedulers/given-scheduler.ts'
import { change, follow, followAll, listIncidentsOf, listNews, listTold } from './given-incident.ts'

for (const engine of ENGINES) {
  t.test(`${engine}: a scheduler that goes Down is an incident, which ends when it recovers`, async (t) => {
    const db = await freshDatabase(t, engine)
    const row = await givenScheduler(db, { channels: ['ops'], actor: 'mailto:ann@example.org' })
    await signal(db, row, { kind: 'success' }, minute(1))
    // Its grace was over at 16 minutes; the clock looked three seconds later.
    await command(db, row, { do: 'wake' }, minute(16.05))
    const opened = await followAll(db, row)
    t.match(toIncident(toIncidentRow(opened)), {
      schedulerId: row.id,
      name: 'backup',
      status: 'Open',
      channels: ['ops'],
      reason: 'missed',
      error: 'No success in time.',
      expectedAt: minute(11).toISOString(),
      lastPingAt: minute(1).toISOString(),
      openedAt: minute(16).toISOString(),
      toldAt: minute(16.05).toISOString(),
      suppressed: null,
      downtimeSeconds: null,
      createdBy: 'mailto:ann@example.org',
    })
    t.strictSame(opened.wake_at, minute(76.05), 'reminders every hour, unless told otherwise')
    await signal(db, row, { kind: 'success' }, minute(30))
    const resolved = await followAll(db, row)
    t.match(toIncident(toIncidentRow(resolved)), { status: 'Resolved', resolution: 'recovered', downtimeSeconds: 14 * 60, version: 2 })
    t.equal(resolved.wake_at, null)
    t.strictSame(await listTold(db, opened), ['incident.opened ops', 'incident.resolved ops'])
    t.match(await listIncidentLogs(db, opened.id, { limit: 10 }), [
      { action: 'opened', from_status: null, to_status: 'Open', actor: 'system:coordinator', changes: null },
      { action: 'resolved', from_status: 'Open', to_status: 'Resolved', reason: 'recovered', at: minute(30) },
    ])
    await assertOneOfEach(t, db, 'incident', opened.id)
  })

  t.test(`${engine}: events that come twice change nothing, also in one transaction`, async (t) => {
    const db = await freshDatabase(t, engine)
    const row = await givenScheduler(db)
    await signal(db, row, { kind: 'fail' }, minute(1))
    const [down] = await listNews(db, row)
    if (down === undefined) throw new Error('It did not go Down.')
    const [one, other] = [makeWriter(db), makeWriter(db)]
    await Promise.all([one.submit(followScheduler, down), other.submit(followScheduler, down), one.submit(followScheduler, down)])
    const incidents = await listIncidentsOf(db, row)
    t.equal(incidents.length, 1)
    await signal(db, row, { kind: 'success' }, minute(2))
    for (const event of [...(await listNews(db, row)), ...(await listNews(db, row))]) await follow(db, event)
    t.match(await listIncidentsOf(db, row), [{ status: 'Resolved', version: 2 }])
    await assertOneOfEach(t, db, 'incident', incidents[0]?.id ?? '')
  })

  t.test(`${engine}: in whatever order the news comes, the incidents are the same`, async (t) => {
    const db = await freshDatabase(t, engine)
    const orders = [
      [0, 1, 2, 3, 4],
      [1, 0, 3, 2, 4],
      [4, 3, 2, 1, 0],
      [4, 0, 1, 2, 3],
      [2, 4, 0, 3, 1],
    ]
    for (const [i, order] of orders.entries()) {
      const row = await givenScheduler(db, { name: `job ${i}` })
      await signal(db, row, { kind: 'fail' }, minute(1))
      await signal(db, row, { kind: 'success' }, minute(2))
      await signal(db, row, { kind: 'fail' }, minute(3))
      await command(db, row, { do: 'pause', until: null, sticky: false }, minute(4))
      await signal(db, row, { kind: 'fail' }, minute(5))
      const news = await listNews(db, row)
      t.strictSame(
        news.map(({ type }) => type),
        ['scheduler.down', 'scheduler.recovered', 'scheduler.down', 'scheduler.paused', 'scheduler.down'],
      )
      for (const place of order) await follow(db, news[place])
      t.match(await listIncidentsOf(db, row), [
        { status: 'Open', opened_at: minute(5), resolved_at: null },
        { status: 'Resolved', opened_at: minute(3), resolved_at: minute(4), resolution: 'paused' },
        { status: 'Resolved', opened_at: minute(1), resolved_at: minute(2), resolution: 'recovered' },
      ])
      for (const { id } of await listIncidentsOf(db, row)) await assertOneOfEach(t, db, 'incident', id)
    }
  })

  t.test(`${engine}: one whose end nobody heard of ends before the next begins, and when it is woken`, async (t) => {
    const db = await freshDatabase(t, engine)
    const row = await givenScheduler(db)
    await signal(db, row, { kind: 'fail' }, minute(1))
    const first = await followAll(db, row)
    await signal(db, row, { kind: 'success' }, minute(2))
    await signal(db, row, { kind: 'fail' }, minute(3))
    const second = await followAll(db, row)
    t.match(await getIncident(db, first.id), { status: 'Resolved', resolved_at: minute(2), resolution: 'recovered' })
    await command(db, row, { do: 'delete' }, minute(4))
    t.match(await change(db, second, { do: 'wake' }, minute(63)), { kind: 'changed', actions: ['resolved'] })
    t.match(await getIncident(db, second.id), { status: 'Resolved', resolved_at: minute(4), resolution: 'deleted', reminders: 0 })
    await assertOneOfEach(t, db, 'incident', second.id)
  })

  t.test(`${engine}: acknowledged nobody is reminded; what is resolved cannot be acknowledged`, async (t) => {
    const db = await freshDatabase(t, engine)
    const row = await givenScheduler(db, { channels: ['ops'], actor: 'user:ann' })
    await signal(db, row, { kind: 'fail' }, minute(1))
    const { id } = await followAll(db, row)
    const acknowledge = (now: Date, more: object = {}) => change(db, { id }, { do: 'acknowledge', reason: 'on it' }, now, more)
    t.match(await acknowledge(minute(2), { ifVersion: [7] }), { kind: 'stale' })
    t.match(await acknowledge(minute(2), { owners: ['user:bob'] }), { kind: 'missing' })
    t.match(await acknowledge(minute(2), { owners: ['user:ann'] }), {
      kind: 'changed',
      incident: { status: 'Acknowledged', wake_at: null },
    })
    t.match(await acknowledge(minute(3)), { kind: 'unchanged' })
    t.match(await getIncident(db, id), { acknowledged_by: 'user:ann', acknowledged_at: minute(2), version: 2 })
    t.match(await change(db, { id }, { do: 'wake' }, minute(600)), { kind: 'unchanged', wakeAt: null })
    await signal(db, row, { kind: 'success' }, minute(700))
    await followAll(db, row)
    t.match(await acknowledge(minute(701)), { kind: 'refused', allowed: [] })
    t.strictSame(await listTold(db, { id }), ['incident.opened ops', 'incident.acknowledged ops', 'incident.resolved ops'])
    t.match(await commitOne(db, changeIncident, { id: row.id, command: { do: 'wake' }, actor: 'x', now: minute(1) }), { kind: 'missing' })
    await assertOneOfEach(t, db, 'incident', id)
  })

  t.test(`${engine}: who acknowledges while it is resolved does one of the two first, and both are logged`, async (t) => {
    const db = await freshDatabase(t, engine)
    const row = await givenScheduler(db)
    const writer = makeWriter(db)
    for (let i = 0; i < 10; i++) {
      await signal(db, row, { kind: 'fail' }, minute(2 * i + 1))
      const { id } = await followAll(db, row)
      await signal(db, row, { kind: 'success' }, minute(2 * i + 2))
      const recovered = (await listNews(db, row)).at(-1)
      if (recovered === undefined) throw new Error('It did not recover.')
      const acknowledging = { id, command: { do: 'acknowledge', reason: null }, actor: 'user:ann', now: minute(2 * i + 2) } as const
      // One batch, and two at once.
      const other = i % 2 === 0 ? writer : makeWriter(db)
      const [outcome] = await Promise.all([writer.submit(changeIncident, acknowledging), other.submit(followScheduler, recovered)])
      t.match((await getIncident(db, id)).status, 'Resolved')
      t.ok(outcome.kind === 'changed' || outcome.kind === 'refused')
      await assertOneOfEach(t, db, 'incident', id)
    }
  })

  t.test(`${engine}: reminders and the escalation are told at their times, to whom they are for`, async (t) => {
    const db = await freshDatabase(t, engine)
    const settings = { remindEverySeconds: 600, escalateAfterSeconds: 900, escalateChannels: ['boss'], channels: ['ops'] }
    const row = await givenScheduler(db, settings)
    await signal(db, row, { kind: 'fail' }, minute(1))
    const { id } = await followAll(db, row)
    const wake = (now: Date) => change(db, { id }, { do: 'wake' }, now)
    t.match(await wake(minute(10.9)), { kind: 'unchanged', wakeAt: minute(11) })
    t.match(await wake(minute(11)), { actions: ['reminded'], incident: { wake_at: minute(16), reminders: 1 } })
    t.match(await wake(minute(16)), { actions: ['escalated'], incident: { wake_at: minute(21), escalated_at: minute(16) } })
    // However many were due while nobody looked, it is one.
    t.match(await wake(minute(61)), { actions: ['reminded'], incident: { wake_at: minute(71), reminders: 2 } })
    await signal(db, row, { kind: 'success' }, minute(62))
    await followAll(db, row)
    t.strictSame(await listTold(db, { id }), [
      ...['incident.opened ops', 'incident.reminder ops', 'incident.escalated boss', 'incident.reminder ops,boss'],
      'incident.resolved ops,boss',
    ])
    await assertOneOfEach(t, db, 'incident', id)
    const both = await givenScheduler(db, { ...settings, name: 'both', escalateAfterSeconds: 600 })
    await signal(db, both, { kind: 'fail' }, minute(1))
    const { id: bothId } = await followAll(db, both)
    t.match(await change(db, { id: bothId }, { do: 'wake' }, minute(11)), { actions: ['reminded', 'escalated'] })
    const told = (await listTold(db, { id: bothId })).slice(1)
    t.strictSame(told, ['incident.reminder ops', 'incident.escalated boss'], 'nobody is told twice in one moment')
    const quiet = await givenScheduler(db, { name: 'quiet', remindEverySeconds: null })
    await signal(db, quiet, { kind: 'fail' }, minute(1))
    t.equal((await followAll(db, quiet)).wake_at, null)
  })

  t.test(`${engine}: while what it depends on is Down nobody is told; when that recovers, of what is still Down`, async (t) => {
    const db = await freshDatabase(t, engine)
    const parent = await givenScheduler(db, { name: 'database' })
    const child = await givenScheduler(db, { name: 'report', dependsOn: [parent.id], channels: ['ops'] })
    const other = await givenScheduler(db, { name: 'other', dependsOn: [parent.id], channels: ['ops'] })
    await signal(db, parent, { kind: 'fail' }, minute(1))
    for (const row of [child, other]) await signal(db, row, { kind: 'fail' }, minute(2))
    const [hidden, ended] = [await followAll(db, child), await followAll(db, other)]
    for (const row of [hidden, ended]) t.match(row, { status: 'Open', suppressed: 'dependency', told_at: null, wake_at: minute(7) })
    t.strictSame((await listDependents(db, parent.id)).sort(), [hidden.id, ended.id].sort())
    t.strictSame(await listDependents(db, child.id), [])
    // Still so: asked again later, without a version.
    t.match(await change(db, hidden, { do: 'wake' }, minute(7)), { kind: 'unchanged', wakeAt: minute(12) })
    await signal(db, other, { kind: 'success' }, minute(8))
    await followAll(db, other)
    t.strictSame(await listTold(db, ended), ['incident.suppressed', 'incident.resolved'], 'its end is tracked, and told to nobody')
    await signal(db, parent, { kind: 'success' }, minute(9))
    t.match(await change(db, hidden, { do: 'wake' }, minute(9)), {
      actions: ['opened'],
      incident: { told_at: minute(9), suppressed: null },
    })
    t.strictSame(await listTold(db, hidden), ['incident.suppressed', 'incident.opened ops'])
    t.match(await getIncident(db, hidden.id), { wake_at: minute(69), opened_at: minute(2) })
    await assertOneOfEach(t, db, 'incident', hidden.id)
  })

  t.test(`${engine}: of those that depend on each other, or on themselves, the one that was Down first is told`, async (t) => {
    const db = await freshDatabase(t, engine)
    const [one, other] = [await givenScheduler(db, { name: 'one' }), await givenScheduler(db, { name: 'other' })]
    await command(db, one, { do: 'edit', edit: { dependsOn: [other.id, one.id] } }, minute(1))
    await command(db, other, { do: 'edit', edit: { dependsOn: [one.id] } }, minute(1))
    for (const row of [one, other]) await signal(db, row, { kind: 'fail' }, minute(2))
    const incidents = [await followAll(db, one), await followAll(db, other)]
    t.strictSame(
      incidents.map(({ suppressed }) => suppressed),
      [null, 'dependency'],
    )
  })

  t.test(`${engine}: what was told before its parent went Down is reminded of, and its recovery told`, async (t) => {
    const db = await freshDatabase(t, engine)
    const parent = await givenScheduler(db, { name: 'database' })
    const child = await givenScheduler(db, { name: 'report', dependsOn: [parent.id] })
    await signal(db, child, { kind: 'fail' }, minute(1))
    const incident = await followAll(db, child)
    await signal(db, parent, { kind: 'fail' }, minute(2))
    t.match(await change(db, incident, { do: 'wake' }, minute(61)), { actions: ['reminded'] })
  })

  t.test(`${engine}: while it flaps nobody is told, until it was calm for an hour`, async (t) => {
    const db = await freshDatabase(t, engine)
    const row = await givenScheduler(db)
    // Up, and then six changes within a quarter of an hour.
    await signal(db, row, { kind: 'success' }, minute(0))
    for (let i = 1; i <= 7; i++) {
      await signal(db, row, { kind: i % 2 === 1 ? 'fail' : 'success' }, minute(2 * i))
      await followAll(db, row)
    }
    const incidents = await listIncidentsOf(db, row)
    const [last, ...before] = incidents
    if (last === undefined) throw new Error('No incident.')
    t.equal(before.length, 3)
    for (const one of before) t.match(await listTold(db, one), ['incident.opened', 'incident.resolved'])
    t.match(last, { suppressed: 'flapping', told_at: null, wake_at: minute(74) })
    t.match(await change(db, last, { do: 'wake' }, minute(40)), { kind: 'unchanged', wakeAt: minute(74) })
    t.match(await change(db, last, { do: 'wake' }, minute(74)), { actions: ['opened'] })
  })

  t.test(`${engine}: lists are filtered by status, scheduler and owner, newest first`, async (t) => {
    const db = await freshDatabase(t, engine)
    const [a, b] = [await givenScheduler(db, { name: 'a', actor: 'user:ann' }), await givenScheduler(db, { name: 'b', actor: 'user:bob' })]
    for (const [i, row] of [a, b].entries()) {
      await signal(db, row, { kind: 'fail' }, minute(i + 1))
      await followAll(db, row)
    }
    await signal(db, a, { kind: 'success' }, minute(5))
    await followAll(db, a)
    const names = async (filter: object, page: object = {}) =>
      (await listIncidents(db, filter, { limit: 10, ...page })).map(({ name }) => name)
    t.strictSame(await names({}), ['b', 'a'])
    const [newest] = await listIncidents(db, {}, { limit: 1 })
    t.strictSame(await names({}, { afterId: newest?.id }), ['a'])
    t.strictSame(await names({ status: ['Open', 'Acknowledged'] }), ['b'])
    t.strictSame(await names({ schedulerId: a.id }), ['a'])
    t.strictSame(await names({ owners: ['user:bob', 'mailto:bob@example.org'] }), ['b'])
    await t.rejects(listIncidentLogs(db, a.id, { limit: 1 }), { code: 'not_found' })
    await t.rejects(getIncident(db, a.id), { code: 'not_found' })
  })

  t.test(`${engine}: the CHECK on an incident's status agrees with the table of moves`, async (t) => {
    const db = await freshDatabase(t, engine)
    const row = await givenScheduler(db)
    await signal(db, row, { kind: 'fail' }, minute(1))
    const { id } = await followAll(db, row)
    const set = (status: string) => db.updateTable('incidents').set({ status }).where('id', '=', id).execute()
    for (const status of INCIDENT_STATUSES) await t.resolves(set(status), status)
    await t.rejects(set('Closed'), /incidents_status_check/)
  })
}
