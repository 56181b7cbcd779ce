import { commitEach, commitOne } from '@lifeline/backbone/db/commit'
import { makeWriter } from '@lifeline/backbone/db/group-commit'
import { addNotifications, type Intent } from '@lifeline/backbone/db/notifications/add-notifications'
import { announceDueNotifications } from '@lifeline/backbone/db/notifications/announce-notifications'
import { claimNotification, holdNotification, markSent } from '@lifeline/backbone/db/notifications/change-notification'
import { findCompanions, findTold, GROUP_MS } from '@lifeline/backbone/db/notifications/group'
import { findNotifications } from '@lifeline/backbone/db/notifications/notification'
import { openDatabase } from '@lifeline/backbone/db/open'
import type { Db } from '@lifeline/backbone/db/schema'
import { CONCURRENT_ENGINES, ENGINES, freshDatabase, freshDatabaseUrl } from '@lifeline/testing/databases'
import { type KyselyPlugin, sql } from 'kysely'
import t from 'tap'
import { lookAt } from './plans.ts'

const NOON = new Date('2026-03-02T12:00:00.000Z')
const second = (seconds: number) => new Date(NOON.getTime() + seconds * 1_000)

const ANN = { channel: 'email', recipient: 'ann@example.org' } as const

/** What the coordinator asks for when an incident opens, or what else it tells of it. */
function input(
  incident: number,
  at: Date,
  { what = 'opened', to = [ANN] }: { what?: string; to?: Pick<Intent, 'channel' | 'recipient'>[] } = {},
) {
  const subject = `incident/${incident}`
  const cause = { id: `${subject}@${what}`, subject }
  const intents = () => to.map((one) => ({ ...one, template: `incident.${what}`, data: { incident } }))
  return { cause, principals: [], intents, machineNow: at }
}

const listRows = (db: Db) => db.selectFrom('notifications').selectAll().orderBy('id').execute()
const countAnnounced = async (db: Db) => (await db.selectFrom('outbox').select('seq').execute()).length

/** What a notifier does with what was announced, and when: how many it sent in each message. */
async function sendAnnounced(db: Db, at: Date): Promise<number[]> {
  const writer = makeWriter(db)
  const messages = await db.selectFrom('outbox').selectAll().orderBy('seq').execute()
  await db.deleteFrom('outbox').execute()
  const sent: number[] = []
  for (const { body } of messages) {
    const claim = await commitOne(db, claimNotification, { id: JSON.parse(body).notificationId, machineNow: at })
    if (claim.kind !== 'claimed') continue
    const { ids, holdUntil } = await findCompanions(db, claim.row, at)
    if (holdUntil !== undefined) {
      await holdNotification(writer, claim.row, holdUntil, at)
      continue
    }
    const claims = await Promise.all(ids.map((id) => writer.submit(claimNotification, { id, machineNow: at })))
    const rows = [claim.row, ...claims.flatMap((one) => (one.kind === 'claimed' ? [one.row] : []))]
    await Promise.all(rows.map((row) => markSent(writer, row, null, at)))
    sent.push(rows.length)
  }
  return sent
}

const tick = (db: Db, at: Date) => announceDueNotifications(db, makeWriter(db), at, 1_000)

for (const engine of ENGINES) {
  t.test(`${engine}: a storm is two messages: the first at once, all others a minute later`, async (t) => {
    const db = await freshDatabase(t, engine)
    const inputs = Array.from({ length: 30 }, (_, i) => input(i, second(i / 10)))
    // Some at once, some one after the other.
    await commitEach(db, addNotifications, inputs.slice(0, 10))
    for (const one of inputs.slice(10)) await commitOne(db, addNotifications, one)
    await commitEach(db, addNotifications, inputs.toReversed())
    const rows = await listRows(db)
    t.equal(rows.length, 30, 'an event that comes again changes nothing')
    t.match(rows[0], { announcements: 1, told_at: NOON })
    for (const row of rows.slice(1)) t.match(row, { status: 'Queued', announcements: 0, wake_at: second(60), told_at: null })
    t.equal(await countAnnounced(db), 1)
    // The first is on its way already, as in a queue that is quick.
    const [first] = await findNotifications(db, [rows[0]?.id ?? ''])
    if (first !== undefined) await markSent(makeWriter(db), first, null, second(1))
    await db.deleteFrom('outbox').execute()

    t.equal(await tick(db, second(59.999)), 0)
    t.equal(await tick(db, second(60)), 29)
    t.equal(await countAnnounced(db), 1)
    t.equal(await tick(db, second(61)), 0, 'the others wait for their sender, or for the next minute')
    t.strictSame(await sendAnnounced(db, second(61)), [29])
    t.ok((await listRows(db)).every(({ status, group_key, sent_at }) => status === 'Sent' && group_key === null && sent_at !== null))
    t.equal(await tick(db, second(7_200)), 0)
  })

  t.test(`${engine}: what comes one by one is told once a minute, and nobody waits longer`, async (t) => {
    const db = await freshDatabase(t, engine)
    const sent: number[] = []
    for (let at = 0; at <= 700; at++) {
      if (at % 25 === 0 && at <= 600) await commitOne(db, addNotifications, input(at, second(at)))
      if (at % 5 !== 0) continue
      await tick(db, second(at))
      if ((await sendAnnounced(db, second(at))).length > 0) sent.push(at)
    }
    t.ok(sent.every((at, i) => i === 0 || at - (sent[i - 1] ?? 0) >= 60))
    const waits = (await listRows(db)).map(({ created_at, sent_at }) => ((sent_at as Date).getTime() - created_at.getTime()) / 1_000)
    t.equal(waits.length, 25)
    t.ok(Math.max(...waits) <= 60, String(waits))
  })

  t.test(`${engine}: each recipient, template and channel has its own turn; programs and tasks have none`, async (t) => {
    const db = await freshDatabase(t, engine)
    const to = [
      ANN,
      { channel: 'email', recipient: 'Ben@example.org' },
      { channel: 'slack', recipient: 'c1' },
      { channel: 'webhook', recipient: 'c2' },
      { channel: 'opsgenie', recipient: 'c3' },
    ] as const
    await commitOne(db, addNotifications, input(1, NOON, { to: [...to] }))
    await commitOne(db, addNotifications, input(2, second(1), { to: [...to.slice(2), { ...ANN, recipient: 'ben@example.org' }] }))
    await commitOne(db, addNotifications, input(1, second(2), { what: 'resolved' }))
    await commitOne(db, addNotifications, input(1, second(3), { what: 'escalated' }))
    await commitOne(db, addNotifications, input(2, second(3), { what: 'escalated' }))
    const waiting = (await listRows(db)).filter(({ announcements }) => announcements === 0)
    t.strictSame(waiting.map(({ subject, recipient }) => `${subject} ${recipient}`).sort(), ['incident/2 ben@example.org', 'incident/2 c1'])
  })

  t.test(`${engine}: what has no group costs no statement more`, async (t) => {
    const db = await freshDatabase(t, engine)
    const count = async (template: string) => {
      let statements = 0
      const counter: KyselyPlugin = {
        transformQuery: ({ node }) => node,
        async transformResult({ result }) {
          statements++
          return result
        },
      }
      const intents = () => [{ ...ANN, template, data: {} }]
      const cause = { id: 'x/1@1', subject: 'x/1' }
      await addNotifications.decide(db.withPlugin(counter), [{ cause, principals: [], intents, machineNow: NOON }])
      return statements
    }
    t.equal((await count('incident.opened')) - (await count('task.created')), 1)
  })

  t.test(`${engine}: nobody hears that an incident is over before they hear that it is open`, async (t) => {
    const db = await freshDatabase(t, engine)
    await commitOne(db, addNotifications, input(1, NOON))
    await commitOne(db, addNotifications, input(2, second(1)))
    t.strictSame(await sendAnnounced(db, second(0.5)), [2], 'the sender of the first takes along what is there')
    await commitOne(db, addNotifications, input(3, second(2)))
    for (const incident of [3, 1, 2]) await commitOne(db, addNotifications, input(incident, second(3), { what: 'resolved' }))
    t.strictSame(await sendAnnounced(db, second(4)), [], 'the first is held, and has not been told')
    await tick(db, second(60))
    t.strictSame(await sendAnnounced(db, second(60)), [1])
    await tick(db, second(63))
    t.strictSame(await sendAnnounced(db, second(63)), [3])
    const sent = (await listRows(db)).filter(({ subject }) => subject === 'incident/3')
    t.match(sent, [
      { template: 'incident.opened', sent_at: second(60) },
      { template: 'incident.resolved', sent_at: second(63), attempts: 1 },
    ])
  })

  t.test(`${engine}: one whose sender died is told again, and so is what went with it, by whoever comes next`, async (t) => {
    const db = await freshDatabase(t, engine)
    for (let i = 0; i < 5; i++) await commitOne(db, addNotifications, input(i, second(i)))
    const ids = (await listRows(db)).map(({ id }) => id)
    await db.deleteFrom('outbox').execute()
    // All of them claimed; nothing went out.
    await commitEach(
      db,
      claimNotification,
      ids.map((id) => ({ id, machineNow: second(5) })),
    )
    t.equal(await tick(db, second(5 + 59.9)), 0)
    await tick(db, second(65))
    t.strictSame(await sendAnnounced(db, second(65)), [5])
    t.equal(await tick(db, second(7_200)), 0)
  })
}

for (const engine of CONCURRENT_ENGINES) {
  t.test(`${engine}: of writers that come at once one is the first; of clocks one announces`, async (t) => {
    const url = await freshDatabaseUrl(t, engine)
    const dbs = [await openDatabase(url), await openDatabase(url)] as const
    t.after(() => Promise.all(dbs.map((db) => db.destroy())))
    const [db] = dbs
    for (let round = 0; round < 5; round++) {
      const at = second(round * 600)
      const writers = dbs.map((one) => makeWriter(one, { batch: 5 }))
      const incidents = Array.from({ length: 40 }, (_, i) => round * 100 + i)
      await Promise.all(incidents.map((incident, i) => writers[i % 2]?.submit(addNotifications, input(incident, at))))
      t.equal(await countAnnounced(db), 1, `round ${round}`)
      await db.deleteFrom('outbox').execute()
      const due = new Date(at.getTime() + GROUP_MS)
      await Promise.all([...dbs, ...dbs].map((one) => tick(one, due)))
      t.equal(await countAnnounced(db), 1, `clocks of round ${round}`)
      // Two senders: each of the group goes with one of them.
      const waiting = await db.selectFrom('notifications').select('id').where('status', '=', 'Queued').orderBy('announcements').execute()
      const claims = await Promise.all(
        dbs.flatMap((one) =>
          commitEach(
            one,
            claimNotification,
            waiting.map(({ id }) => ({ id, machineNow: due })),
          ),
        ),
      )
      const won = claims.flat().filter((one) => one.status === 'fulfilled' && one.value.kind === 'claimed')
      t.equal(won.length, waiting.length)
      await db.deleteFrom('outbox').execute()
      await db.updateTable('notifications').set({ status: 'Sent', wake_at: null, group_key: null }).execute()
    }
  })
}

t.test('postgres: who was told lately, and what waits, is found by an index that holds nothing else', async (t) => {
  const db = await freshDatabase(t, 'postgres')
  await commitEach(
    db,
    addNotifications,
    Array.from({ length: 200 }, (_, i) => input(i, NOON)),
  )
  await sql`insert into notifications (id, event_id, channel, recipient, subject, template, data, status, attempts, announcements, version, created_at, updated_at)
    select gen_random_uuid(), 'x/' || n, 'email', 'ann@example.org', 'task/' || n, 'task.created', '{}', 'Sent', 1, 1, 1, now(), now()
    from generate_series(1, 20000) n`.execute(db)
  // As prepared statements have it after a while: the same plan whatever the values.
  await sql`set plan_cache_mode = force_generic_plan`.execute(db)
  const [row] = await findNotifications(db, [(await listRows(db)).find(({ told_at }) => told_at !== null)?.id ?? ''])
  if (row === undefined) throw new Error('There is none.')
  t.match(await lookAt(db, (one) => findTold(one, [row.group_key ?? ''], NOON)), { indexes: ['notifications_told_slot'] })
  t.match(await lookAt(db, (one) => findCompanions(one, row, NOON)), { indexes: ['notifications_group'] })
})
