import { makeWriter } from '@lifeline/backbone/db/group-commit'
import { findIdBySlug, getScheduler, makeTokenLookup } from '@lifeline/backbone/db/schedulers/find-schedulers'
import { findLastRun, listPings, listRuns, listSchedulerLogs } from '@lifeline/backbone/db/schedulers/history'
import { type Cover, countSchedulers, listSchedulers } from '@lifeline/backbone/db/schedulers/list-schedulers'
import { registerScheduler } from '@lifeline/backbone/db/schedulers/register-scheduler'
import { toScheduler } from '@lifeline/backbone/db/schedulers/scheduler'
import { SCHEDULER_STATUSES } from '@lifeline/backbone/db/schedulers/status'
import { ENGINES, freshDatabase } from '@lifeline/testing/databases'
import t from 'tap'
import { assertOneOfEach } from '../one-of-each.ts'
import { minute, NOON } from './given-life.ts'
import { ACTOR, command, givenScheduler, signal } from './given-scheduler.ts'

for (const engine of ENGINES) {
  t.test(`${engine}: a scheduler registers, is Up, goes Down with its instant, recovers, and all of it is told`, async (t) => {
    const db = await freshDatabase(t, engine)
    const row = await givenScheduler(db, { tags: ['nightly', 'db'], channels: ['ops'] })
    t.strictSame(await getScheduler(db, row.id), row)
    await signal(db, row, { kind: 'start', source: '10.0.0.1', method: 'GET', userAgent: 'curl/8' }, minute(1))
    await signal(db, row, { kind: 'success', body: 'done' }, minute(2))
    await signal(db, row, { kind: 'success' }, minute(60))
    const after = await getScheduler(db, row.id)
    t.match(after, { status: 'Up', version: 4, revision: 4, pings: 3, runs: 3, wake_at: minute(72.5), tags: ['db', 'nightly'] })
    const logs = (await listSchedulerLogs(db, row.id, { limit: 10 })).reverse()
    t.match(logs, [
      { action: 'registered', from_status: null, to_status: 'New', actor: ACTOR, changes: null, at: NOON },
      { action: 'up', from_status: 'New', to_status: 'Up', actor: ACTOR, at: minute(2) },
      { action: 'down', from_status: 'Up', to_status: 'Down', actor: 'system:clock', reason: 'No success in time.', at: minute(17) },
      { action: 'recovered', from_status: 'Down', to_status: 'Up', actor: ACTOR, at: minute(60) },
    ])
    t.match(JSON.parse(logs[2]?.changes ?? ''), {
      status: { from: 'Up', to: 'Down' },
      downSince: { from: null, to: minute(17).toISOString() },
    })
    t.match(await listPings(db, row.id, { limit: 10 }), [
      { number: 3, kind: 'success', at: minute(60), duration_ms: null, body: null },
      { number: 2, kind: 'success', duration_ms: 60_000, body: 'done', body_cut: 0 },
      { number: 1, kind: 'start', source: '10.0.0.1', method: 'GET', user_agent: 'curl/8' },
    ])
    t.match(await findLastRun(db, row.id), { number: 3, outcome: 'Succeeded', ended_at: minute(60) })
    t.equal(await findLastRun(db, (await givenScheduler(db, { name: 'new' })).id), undefined)
    t.match(await listRuns(db, row.id, { limit: 2, beforeNumber: 3 }), [
      { number: 2, outcome: 'Missed', started_at: null, ended_at: minute(17), error: 'No success in time.' },
      { number: 1, outcome: 'Succeeded', started_at: minute(1), ended_at: minute(2), duration_ms: 60_000 },
    ])
    const [down] = await db.selectFrom('outbox').selectAll().where('routing_key', '=', 'scheduler.down').execute()
    t.equal(down?.cc, 'status.updated,deadline.passed')
    t.match(JSON.parse(down?.body ?? ''), {
      reason: 'missed',
      instant: minute(17).toISOString(),
      noticedAt: minute(60).toISOString(),
      before: { status: 'Up', late: true },
      after: { status: 'Down', tags: ['db', 'nightly'], downSince: minute(17).toISOString(), version: 3 },
    })
    await assertOneOfEach(t, db, 'scheduler', row.id)
  })

  t.test(`${engine}: one that brings its address along keeps it, is that one alone, and may begin as paused`, async (t) => {
    const db = await freshDatabase(t, engine)
    const writer = makeWriter(db)
    const register = (more: object) => registerScheduler(db, writer, { name: 'a', periodSeconds: 600, actor: ACTOR, now: NOON, ...more })
    const pingToken = '5dc4da2c-0d2c-43a4-9e5d-0d2c43a49e5d'
    const { scheduler } = await register({ pingToken, paused: { sticky: true } })
    t.strictSame(await getScheduler(db, scheduler.id), scheduler)
    t.match(scheduler, { ping_token: pingToken, status: 'Paused', sticky_pause: 1, expected_at: null, wake_at: null, version: 2 })
    t.match(await listSchedulerLogs(db, scheduler.id, { limit: 3 }), [
      { action: 'paused', from_status: 'New', to_status: 'Paused' },
      { action: 'registered', to_status: 'New' },
    ])
    await assertOneOfEach(t, db, 'scheduler', scheduler.id)
    t.match(await register({ pingToken, paused: { sticky: false } }), { kind: 'unchanged' })
    await t.rejects(register({ pingToken: 'another-address-of-its-own' }), { message: 'The unique key schedulers_name_key is taken.' })
    await t.rejects(register({ name: 'b', pingToken }), { message: 'The unique key schedulers_ping_token_key is taken.' })
    // Together with somebody who is not refused.
    const both = await Promise.allSettled([
      register({ name: 'c', pingToken: 'x'.repeat(30) }),
      register({ name: 'd', pingToken: 'x'.repeat(30) }),
    ])
    t.strictSame(both.map(({ status }) => status).sort(), ['fulfilled', 'rejected'])
  })

  t.test(`${engine}: to register again edits what is different, and nothing when nothing is`, async (t) => {
    const db = await freshDatabase(t, engine)
    const writer = makeWriter(db)
    const register = (more: object, now = NOON) =>
      registerScheduler(db, writer, { name: 'Nächtliche Sicherung', periodSeconds: 600, actor: ACTOR, now, ...more })
    const first = await register({ tags: ['a'] })
    t.match(first, { kind: 'registered', scheduler: { slug: 'nachtliche-sicherung', grace_seconds: 120, status: 'New', version: 1 } })
    t.match(await register({ tags: ['a'] }, minute(1)), { kind: 'unchanged' })
    t.match(await register({ cron: '@daily', periodSeconds: undefined, tags: ['b'], graceSeconds: 900 }, minute(2)), {
      kind: 'changed',
      scheduler: { cron: '@daily', period_seconds: null, grace_seconds: 900, tags: ['b'], version: 2 },
    })
    const { id } = first.scheduler
    const [edited] = await listSchedulerLogs(db, id, { limit: 1 })
    t.match(JSON.parse(edited?.changes ?? ''), { tags: { from: ['a'], to: ['b'] }, cron: { from: null, to: '@daily' } })
    t.match(await getScheduler(db, id), { tags: ['b'], cron: '@daily' })
    await assertOneOfEach(t, db, 'scheduler', id)
  })

  t.test(`${engine}: two registrations of one name at once are one scheduler`, async (t) => {
    const db = await freshDatabase(t, engine)
    const register = () => registerScheduler(db, makeWriter(db), { name: 'twice', periodSeconds: 60, actor: ACTOR, now: NOON })
    const outcomes = await Promise.all([register(), register(), register()])
    t.strictSame(outcomes.map(({ kind }) => kind).sort(), ['registered', 'unchanged', 'unchanged'])
    t.equal(new Set(outcomes.map(({ scheduler }) => scheduler.id)).size, 1)
  })

  t.test(`${engine}: it is found by its id, its slug and its token; names of the same letters have slugs of their own`, async (t) => {
    const db = await freshDatabase(t, engine)
    const [one, two, three] = [
      await givenScheduler(db, { name: 'A b' }),
      await givenScheduler(db, { name: 'a-B' }),
      await givenScheduler(db, { name: '数据' }),
    ]
    t.strictSame([one.slug, two.slug, three.slug], ['a-b', 'a-b-2', 'scheduler'])
    t.equal(await findIdBySlug(db, 'a-b-2'), two.id)
    t.equal(await findIdBySlug(db, 'a-c'), undefined)
    const lookup = makeTokenLookup(db)
    t.match(one.ping_token, /^[\w-]{22,}$/)
    t.strictSame([await lookup(one.ping_token), await lookup(one.ping_token), await lookup('nobody')], [one.id, one.id, undefined])
  })

  t.test(`${engine}: a deleted one is gone, its signals are refused, and its name is free`, async (t) => {
    const db = await freshDatabase(t, engine)
    const row = await givenScheduler(db)
    t.match(await command(db, row, { do: 'delete' }, minute(1)), { kind: 'changed' })
    t.match(await signal(db, row, { kind: 'success' }, minute(2)), { kind: 'missing' })
    await t.rejects(getScheduler(db, row.id), { code: 'not_found' })
    await t.rejects(listPings(db, row.id, { limit: 1 }), { code: 'not_found' })
    t.match(await givenScheduler(db), { slug: 'backup' })
    await assertOneOfEach(t, db, 'scheduler', row.id)
  })

  t.test(`${engine}: a name that another one has is refused; paused, resumed and edited rows are written whole`, async (t) => {
    const db = await freshDatabase(t, engine)
    const [one, other] = [await givenScheduler(db), await givenScheduler(db, { name: 'other', dependsOn: [] })]
    await t.rejects(command(db, other, { do: 'edit', edit: { name: 'backup' } }, minute(1)), { message: /schedulers_name_key/ })
    await command(db, one, { do: 'pause', until: minute(30), sticky: true }, minute(1))
    t.match(await getScheduler(db, one.id), {
      status: 'Paused',
      sticky_pause: 1,
      paused_until: minute(30),
      expected_at: null,
      wake_at: minute(30),
    })
    t.match(await signal(db, one, { kind: 'success' }, minute(2)), { kind: 'changed', changes: [], ping: { kind: 'ignored' } })
    await command(db, one, { do: 'resume' }, minute(3))
    t.match(await command(db, one, { do: 'resume' }, minute(3)), { kind: 'refused', from: 'New', to: 'New' })
    const whole = {
      ...{ name: 'renamed', cron: '0 2 * * *', timeZone: 'Europe/Berlin', graceSeconds: 60, startGraceSeconds: 30, maxRuntimeSeconds: 90 },
      ...{ failureTolerance: 2, recoveryThreshold: 3, warnWhenLate: false, tags: ['t'], channels: ['c'], dependsOn: [other.id] },
    }
    await command(db, one, { do: 'edit', edit: whole }, minute(4))
    const public_ = toScheduler(await getScheduler(db, one.id), minute(4))
    t.match(public_, {
      ...whole,
      periodSeconds: null,
      status: 'New',
      late: false,
      nextExpectedAt: '2026-03-03T01:00:00.000Z',
      slug: 'backup',
    })
    await assertOneOfEach(t, db, 'scheduler', one.id)
  })

  t.test(`${engine}: of each scheduler the newest hundred pings are kept; a long body is cut between characters`, async (t) => {
    const db = await freshDatabase(t, engine)
    const row = await givenScheduler(db)
    for (let i = 1; i <= 103; i++) await signal(db, row, { kind: 'success' }, minute(i / 60))
    const pings = await db.selectFrom('scheduler_pings').select('number').where('scheduler_id', '=', row.id).orderBy('number').execute()
    t.strictSame([pings.length, pings[0]?.number, pings.at(-1)?.number], [100, 4, 103])
    await signal(db, row, { kind: 'fail', body: `\0${'é'.repeat(10_000)}`, error: `\ud800${'x'.repeat(2_000)}` }, minute(5))
    const [ping] = await listPings(db, row.id, { limit: 1 })
    t.match(ping, { number: 104, body_cut: 1 })
    t.equal(ping?.body, `\ufffd${'é'.repeat(4_998)}`)
    t.equal((await getScheduler(db, row.id)).last_error?.length, 1_000)
  })

  t.test(`${engine}: lists are filtered by status, all of the tags, a part of the name, and lateness`, async (t) => {
    const db = await freshDatabase(t, engine)
    const add = (name: string, tags: string[], at: number) => givenScheduler(db, { name, tags, now: minute(at) })
    const [a, b, c] = [await add('Alpha_1', ['x', 'y'], 0), await add('beta', ['x'], 1), await add('alphabet', [], 2)]
    await signal(db, b, { kind: 'success' }, minute(3))
    await signal(db, c, { kind: 'start' }, minute(3))
    const names = async (filter: object, page: object = {}) =>
      (await listSchedulers(db, { now: minute(11), ...filter }, { limit: 10, ...page })).map(({ name }) => name)
    t.strictSame(await names({}), ['alphabet', 'beta', 'Alpha_1'])
    t.strictSame(await names({}, { limit: 1, afterId: c.id }), ['beta'])
    t.strictSame(await names({}, { limit: 1, offset: 2 }), ['Alpha_1'])
    t.strictSame(await names({ status: ['New'] }), ['alphabet', 'Alpha_1'])
    t.strictSame(await names({ tags: ['x'] }), ['beta', 'Alpha_1'])
    t.strictSame(await names({ tags: ['x', 'y'] }), ['Alpha_1'])
    t.strictSame(await names({ name: 'ALPHA' }), ['alphabet', 'Alpha_1'])
    t.strictSame(await names({ name: 'a_1' }), ['Alpha_1'])
    t.strictSame(await names({ late: true }), ['Alpha_1'])
    t.strictSame(await names({ late: false }), ['alphabet', 'beta'])
    const silenced = (is: boolean, ...by: Cover[]) => names({ silenced: { is, by } })
    t.strictSame(await silenced(true), [])
    t.strictSame(await silenced(false), await names({}))
    const [ofTag, ofOne, ofAll] = [
      { scheduler_id: null, tag: 'y' },
      { scheduler_id: a.id, tag: null },
      { scheduler_id: null, tag: null },
    ]
    t.strictSame(await silenced(true, ofTag), await names({ tags: ['y'] }))
    t.strictSame(await silenced(true, ofOne), [a.name])
    t.strictSame(await silenced(true, ofOne, ofTag), await names({ tags: ['y'] }))
    t.strictSame(
      await silenced(false, ofOne),
      (await names({})).filter((name) => name !== a.name),
    )
    t.strictSame([await silenced(true, ofAll), await silenced(false, ofAll)], [await names({}), []])
    t.equal(await countSchedulers(db, { now: minute(11), tags: ['x'] }, 100), 2)
    t.equal(await countSchedulers(db, { now: minute(11) }, 2), 2)
    t.match(await listSchedulers(db, { now: minute(11), tags: ['y'] }, { limit: 1 }), [{ id: a.id, tags: ['x', 'y'] }])
  })

  t.test(`${engine}: the CHECK on a scheduler's status agrees with the table of moves`, async (t) => {
    const db = await freshDatabase(t, engine)
    const { id } = await givenScheduler(db)
    const set = (status: string) => db.updateTable('schedulers').set({ status }).where('id', '=', id).execute()
    for (const status of SCHEDULER_STATUSES) await t.resolves(set(status), status)
    await t.rejects(set('Late'), /schedulers_status_check/)
  })
}
