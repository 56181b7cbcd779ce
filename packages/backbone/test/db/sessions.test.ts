import { commitOne } from '@lifeline/backbone/db/commit'
import { makeWriter } from '@lifeline/backbone/db/group-commit'
import { pruneOld } from '@lifeline/backbone/db/prune-old'
import type { Db } from '@lifeline/backbone/db/schema'
import { endSession } from '@lifeline/backbone/db/sessions/end-session'
import { findSessions, hasLoggedInFrom } from '@lifeline/backbone/db/sessions/find-sessions'
import { type Rotation, rotateSession } from '@lifeline/backbone/db/sessions/rotate-session'
import { SESSION_STATUSES } from '@lifeline/backbone/db/sessions/session'
import { CONCURRENT_ENGINES, ENGINES, freshDatabase } from '@lifeline/testing/databases'
import t from 'tap'
import { at, NOON } from './given-task.ts'
import { change, givenSession, givenUser, HASH } from './given-user.ts'

const days = (count: number) => new Date(NOON.getTime() + count * 86_400_000)

/** A user with a session whose only token is `t1`; each token's successor has the next number. */
async function givenLogin(db: Db) {
  const user = await givenUser(db)
  const session = await givenSession(db, user, 't1')
  if (session === undefined) throw new Error('The session did not begin.')
  const input = (token: number, machineNow: Date): Rotation => ({
    ...{ sessionId: session.id, tokenHash: `t${token}`, successorHash: `t${token + 1}`, now: machineNow, machineNow },
  })
  const rotate = (token: number, machineNow = NOON) => commitOne(db, rotateSession, input(token, machineNow))
  const read = async () => (await findSessions(db, [session.id]))[0]
  const logs = () => db.selectFrom('session_logs').selectAll().where('session_id', '=', session.id).orderBy('version').execute()
  return { user, session, input, rotate, read, logs }
}

const REFRESH_TOKENS = { table: 'refresh_tokens', key: ['hash'], at: 'created_at' } as const

for (const engine of ENGINES) {
  t.test(`${engine}: each token renews the session once, and neither rotation nor login is told to anybody`, async (t) => {
    const db = await freshDatabase(t, engine)
    const { user, rotate, read, logs } = await givenLogin(db)
    t.match(await rotate(1, at('13:00:00')), {
      kind: 'rotated',
      session: { generation: 2, rotated_at: at('13:00:00') },
      user: { id: user.id },
    })
    t.match(await rotate(2, at('14:00:00')), { kind: 'rotated', session: { generation: 3 } })
    t.match(await read(), { generation: 3, version: 3, status: 'Active', expires_at: new Date(at('14:00:00').getTime() + 30 * 86_400_000) })
    t.match(await logs(), [{ version: 1, action: 'created', from_status: null, to_status: 'Active', actor: `user:${user.id}` }])
    const events = await db.selectFrom('outbox').select('routing_key').execute()
    t.strictSame(events, [{ routing_key: 'user.registered' }])
  })

  t.test(
    `${engine}: within 30 seconds the token before gets the same successor; later it ends the session and warns its owner`,
    async (t) => {
      const db = await freshDatabase(t, engine)
      const { user, session, rotate, read, logs } = await givenLogin(db)
      await rotate(1, at('13:00:00'))
      t.match(await rotate(1, at('13:00:30')), { kind: 'rotated', session: { generation: 2 } })
      t.match(await read(), { generation: 2, version: 2 }, 'it was not rotated again')
      t.match(await rotate(1, new Date(at('13:00:30').getTime() + 1)), { kind: 'reused' })
      t.match(await read(), { status: 'Ended', version: 3 })
      t.match((await logs()).at(-1), { version: 3, action: 'ended', reason: 'reused', from_status: 'Active', to_status: 'Ended' })
      const [event, ...others] = await db.selectFrom('outbox').selectAll().where('subject', '=', `session/${session.id}`).execute()
      t.strictSame(others, [])
      t.match(event, { routing_key: 'user.session.reused', message_id: `session/${session.id}@3` })
      t.match(JSON.parse(event?.body ?? ''), { after: { userId: user.id, status: 'Ended' } })
      for (const token of [1, 2]) t.match(await rotate(token, at('13:01:00')), { kind: 'refused' }, 'the newest token too is void')
      t.equal((await logs()).length, 2, 'and nobody is warned again')
    },
  )

  t.test(`${engine}: a token older than the one before is a reuse at once`, async (t) => {
    const db = await freshDatabase(t, engine)
    const { rotate } = await givenLogin(db)
    await rotate(1)
    await rotate(2)
    t.match(await rotate(1), { kind: 'reused' })
  })

  t.test(`${engine}: an unknown token ends nothing`, async (t) => {
    const db = await freshDatabase(t, engine)
    const { rotate, read } = await givenLogin(db)
    t.match(await rotate(7), { kind: 'refused' })
    t.match(await read(), { status: 'Active', version: 1 })
  })

  t.test(`${engine}: a session is over after 30 idle days, with a new password, and with its user`, async (t) => {
    const db = await freshDatabase(t, engine)
    const { user, session, rotate } = await givenLogin(db)
    t.match(await rotate(1, days(30)), { kind: 'refused' })
    t.match(await rotate(1, days(29)), { kind: 'rotated' })
    await change(db, user.id, { do: 'setPassword', hash: HASH, at: at('12:00:01'), since: NOON })
    t.match(await rotate(2, days(29)), { kind: 'refused' })
    t.equal(await givenSession(db, user, 'late', at('12:00:02')), undefined, 'nor does one begin with the old password')
    await change(db, user.id, { do: 'delete' })
    t.equal(await givenSession(db, { ...user, password_at: at('12:00:01') }, 'never'), undefined)
    t.match(await findSessions(db, [session.id]), [{ status: 'Active' }])
  })

  t.test(`${engine}: a session is ended once, with a log row`, async (t) => {
    const db = await freshDatabase(t, engine)
    const { session, rotate, logs } = await givenLogin(db)
    const end = () => commitOne(db, endSession, { id: session.id, reason: 'logout', now: NOON, machineNow: NOON })
    t.strictSame([await end(), await end()], [true, false])
    t.match(await rotate(1), { kind: 'refused' })
    t.match(await logs(), [{ action: 'created' }, { action: 'ended', reason: 'logout', version: 2 }])
  })

  t.test(`${engine}: an address is familiar where its user has logged in, for as long as is asked`, async (t) => {
    const db = await freshDatabase(t, engine)
    const { user } = await givenLogin(db)
    t.equal(await hasLoggedInFrom(db, user.id, '192.0.2.1', days(-1)), true)
    t.equal(await hasLoggedInFrom(db, user.id, '192.0.2.1', days(1)), false)
    t.equal(await hasLoggedInFrom(db, user.id, '192.0.2.2', days(-1)), false)
  })

  t.test(`${engine}: old refresh tokens go, a batch at a time`, async (t) => {
    const db = await freshDatabase(t, engine)
    const { rotate } = await givenLogin(db)
    await rotate(1, days(1))
    await rotate(2, days(2))
    t.equal(await pruneOld(db, REFRESH_TOKENS, days(1.5), 1), 1)
    t.equal(await pruneOld(db, REFRESH_TOKENS, days(1.5), 10), 1)
    t.equal(await pruneOld(db, REFRESH_TOKENS, days(1.5), 10), 0)
    t.strictSame(await db.selectFrom('refresh_tokens').select('hash').execute(), [{ hash: 't3' }])
  })

  t.test(`${engine}: the CHECK on a session's status agrees with the table of moves`, async (t) => {
    const db = await freshDatabase(t, engine)
    const { session } = await givenLogin(db)
    const set = (status: string) => db.updateTable('sessions').set({ status }).where('id', '=', session.id).execute()
    for (const status of SESSION_STATUSES) await t.resolves(set(status), status)
    await t.rejects(set('active'), /sessions_status_check/)
  })
}

for (const engine of CONCURRENT_ENGINES) {
  t.test(`${engine}: tabs that renew at once, in one process and in two, get the same successor`, async (t) => {
    const db = await freshDatabase(t, engine)
    const { input, read } = await givenLogin(db)
    const writers = [makeWriter(db), makeWriter(db)]
    for (let token = 1; token <= 10; token++) {
      const tabs = [0, 1, 0, 1].map((i) => writers[i]?.submit(rotateSession, input(token, new Date(NOON.getTime() + token))))
      for (const end of await Promise.all(tabs)) t.match(end, { kind: 'rotated', session: { generation: token + 1 } })
    }
    t.match(await read(), { status: 'Active', generation: 11, version: 11 })
    t.equal((await db.selectFrom('refresh_tokens').select('hash').execute()).length, 11)
  })
}
