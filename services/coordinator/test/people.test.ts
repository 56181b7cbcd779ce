import { commitOne } from '@lifeline/backbone/db/commit'
import { makeWriter } from '@lifeline/backbone/db/group-commit'
import { addNotifications } from '@lifeline/backbone/db/notifications/add-notifications'
import type { Db } from '@lifeline/backbone/db/schema'
import { addUser } from '@lifeline/backbone/db/users/add-user'
import { changeUser } from '@lifeline/backbone/db/users/change-user'
import { findMailboxes } from '@lifeline/backbone/db/users/find-mailboxes'
import { ENGINES, freshDatabase } from '@lifeline/testing/databases'
import t from 'tap'
import { givenEvent, NOON } from './given-event.ts'
import { startTestCoordinator } from './start-test-coordinator.ts'

async function givenUser(db: Db, email: string, verified = true) {
  const user = { email, name: 'A', role: 'member' as const, passwordHash: null, mayFound: false }
  const { id, email_key } = await commitOne(db, addUser, { ...user, now: NOON, machineNow: NOON })
  const command = { do: 'verify', proof: { emailKey: email_key ?? '', admin: false } } as const
  if (verified) await commitOne(db, changeUser, { id, command, actor: `user:${id}`, now: NOON })
  return id
}

/** A key of that owner; of the system without one. */
async function givenKey(db: Db, id: string, owner_id: string | null) {
  const rest = { scopes: null, requests_per_minute: null, expires_at: null, last_used_at: null, status: 'Active', version: 1 }
  const row = { id, owner_id, name: 'ci', secret_hash: 'x', created_by: 'system', created_at: NOON, updated_at: NOON, ...rest }
  await db.insertInto('keys').values(row).execute()
}

const KEYS = ['019cae6b-6600-7000-8000-000000000001', '019cae6b-6600-7000-8000-000000000002'] as const

for (const engine of ENGINES) {
  t.test(`${engine}: principals are looked up together: users, owners of keys, and nobody else`, async (t) => {
    const db = await freshDatabase(t, engine)
    const [ann, bob] = [await givenUser(db, 'Ann@example.org'), await givenUser(db, 'bob@example.org', false)]
    await givenKey(db, KEYS[0], ann)
    await givenKey(db, KEYS[1], null)
    const principals = [`user:${ann}`, `user:${bob}`, `key:${KEYS[0]}`, `key:${KEYS[1]}`, 'key:ci', 'system:clock', 'mailto:x@example.org']
    const mailboxes = await findMailboxes(db, [...principals, ...principals])
    t.strictSame(Object.fromEntries(mailboxes), {
      [`user:${ann}`]: { address: 'Ann@example.org', verified: true },
      [`user:${bob}`]: { address: 'bob@example.org', verified: false },
      [`key:${KEYS[0]}`]: { address: 'Ann@example.org', verified: true },
    })
    await commitOne(db, changeUser, { id: ann, command: { do: 'delete' }, actor: 'key:ci', now: NOON })
    t.strictSame([...(await findMailboxes(db, principals)).keys()], [`user:${bob}`])
  })
}

t.test('a task made by a user, or with a key of theirs, is told to them; what they did is not', async (t) => {
  const { db, handle, listNotifications } = await startTestCoordinator(t)
  const [ann, bob] = [await givenUser(db, 'ann@example.org'), await givenUser(db, 'ben@example.org')]
  await givenKey(db, KEYS[0], ann)
  const createdBy = `user:${ann}`
  await handle(
    givenEvent('moved', { createdBy, version: 2 }, { actor: 'system:clock' }),
    givenEvent('moved', { createdBy, version: 3 }, { actor: `key:${KEYS[0]}` }),
    givenEvent('moved', { createdBy, version: 4 }, { actor: `user:${bob}` }),
  )
  const told = (await listNotifications()).map(({ event_id, recipient }) => `${event_id.split('@')[1]} ${recipient}`)
  t.strictSame(told.sort(), ['2 ann@example.org', '2 ben@example.org', '3 ben@example.org', '4 ann@example.org'])
})

t.test('an invitation comes by two queues and is one mail', async (t) => {
  const { db, broker, handle, listNotifications } = await startTestCoordinator(t)
  const id = await givenUser(db, 'ann@example.org', false)
  const [row] = await db.selectFrom('outbox').selectAll().where('subject', '=', `user/${id}`).execute()
  const headers = { ...JSON.parse(row?.headers ?? ''), cloudEvents_type: 'user.created' }
  const message = {
    exchange: 'events',
    routingKey: 'user.created',
    cc: [],
    messageId: `user/${id}@1`,
    subject: `user/${id}`,
    headers,
    body: row?.body ?? '',
  }
  await handle(message)
  t.match(await listNotifications(), [{ recipient: 'ann@example.org', template: 'user.created', subject: `user/${id}` }])
  t.equal(await broker.countWaiting('dead-letters'), 0)
})

t.test('events that are stored together look up their people in one statement', async (t) => {
  const db = await freshDatabase(t, 'pglite')
  const ids = [await givenUser(db, 'ann@example.org'), await givenUser(db, 'ben@example.org')]
  let reads = 0
  const counting = db.withPlugin({
    transformQuery({ node }) {
      if (JSON.stringify(node).includes('"users"')) reads++
      return node
    },
    transformResult: async ({ result }) => result,
  })
  const writer = makeWriter(counting)
  const add = (i: number) =>
    writer.submit(addNotifications, {
      cause: { id: `task/${i}@1`, subject: `task/${i}` },
      principals: ids.map((id) => `user:${id}`),
      intents: ({ mailboxes }) =>
        [...mailboxes.values()].map(({ address }) => ({ channel: 'email', recipient: address, template: 't', data: {} })),
      machineNow: NOON,
    })
  t.strictSame(await Promise.all([1, 2, 3, 4, 5].map(add)), [2, 2, 2, 2, 2])
  t.equal(reads, 1)
})
