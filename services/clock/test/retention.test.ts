import { commitOne } from '@lifeline/backbone/db/commit'
import { once } from '@lifeline/backbone/db/idempotency/once'
import { newId } from '@lifeline/backbone/db/new-id'
import { shareCounts } from '@lifeline/backbone/db/rate-counts/share-counts'
import { startSession } from '@lifeline/backbone/db/sessions/start-session'
import { addTask } from '@lifeline/backbone/db/tasks/add-tasks'
import { addUser } from '@lifeline/backbone/db/users/add-user'
import { ENGINES, freshDatabase } from '@lifeline/testing/databases'
import t from 'tap'
import { pruneOnce } from '../src/retention.ts'
import { givenNotifications } from './given-notification.ts'
import { getSchedulerRow, givenScheduler, signalScheduler } from './given-scheduler.ts'

const NOW = new Date('2026-06-01T00:00:00.000Z')
const daysAgo = (days: number, ms = 0) => new Date(NOW.getTime() - days * 86_400_000 + ms)

const addTaskOnce = once(addTask)

for (const engine of ENGINES) {
  t.test(`${engine}: the answers of idempotency keys go after 24 hours, and rate counts after ten minutes`, async (t) => {
    const db = await freshDatabase(t, engine)
    const answer = (id: string, machineNow: Date) => {
      const input = { title: 'Answer the letter', assignee: 'bob@example.org', actor: 'key:test', now: NOW }
      const answerOf = () => ({ status: 201, headers: {}, body: null })
      return commitOne(db, addTaskOnce, { input, id, requestHash: '-', answerOf, machineNow })
    }
    await answer('old', daysAgo(1, -1))
    await answer('young', daysAgo(1))
    for (const minutes of [11, 10, 0])
      await shareCounts(db, 'me', new Date(NOW.getTime() - minutes * 60_000), [{ subject: 'ann', hits: 1 }])
    t.equal(await pruneOnce(db, NOW), false)
    t.strictSame(await db.selectFrom('idempotency_keys').select('id').execute(), [{ id: 'young' }])
    t.equal((await db.selectFrom('rate_counts').select('id').execute()).length, 2)
    t.equal((await db.selectFrom('tasks').select('id').execute()).length, 2, 'what was done stays')
  })

  t.test(`${engine}: notifications go 90 days after they were sent, at most 1,000 at once; others stay`, async (t) => {
    const db = await freshDatabase(t, engine)
    await givenNotifications(db, 2_005, daysAgo(200))
    const all = await db.selectFrom('notifications').select('id').orderBy('id').execute()
    const ids = all.map(({ id }) => id)
    const [waiting, failed, young, justOld, ...old] = ids as [string, string, string, string, ...string[]]
    const set = (wanted: string[], status: string, sent_at: Date | null) =>
      db.updateTable('notifications').set({ status, sent_at, wake_at: null }).where('id', 'in', wanted).execute()
    await set(old, 'Sent', daysAgo(91))
    await set([failed], 'Failed', null)
    await set([young], 'Sent', daysAgo(90))
    await set([justOld], 'Sent', daysAgo(90, -1))
    const countRows = async () => (await db.selectFrom('notifications').select('id').execute()).length

    t.equal(await pruneOnce(db, NOW), true)
    t.equal(await countRows(), 1_005)
    t.equal(await pruneOnce(db, NOW), true)
    t.equal(await countRows(), 5)
    t.equal(await pruneOnce(db, NOW), false)
    const left = await db.selectFrom('notifications').select('id').orderBy('id').execute()
    t.strictSame(left, [{ id: waiting }, { id: failed }, { id: young }])
    t.equal(await pruneOnce(db, NOW), false)
  })
}

t.test('refresh tokens go after thirty days, when their session is over', async (t) => {
  const db = await freshDatabase(t, 'pglite')
  const user = { email: 'ann@example.org', name: 'Ann', role: 'member' as const, passwordHash: null, mayFound: false }
  const { id: userId } = await commitOne(db, addUser, { ...user, now: NOW, machineNow: NOW })
  for (const [tokenHash, machineNow] of Object.entries({ old: daysAgo(30, -1), young: daysAgo(30) })) {
    const session = { id: newId(machineNow), userId, passwordAt: null, tokenHash, address: null, userAgent: null }
    await commitOne(db, startSession, { ...session, now: NOW, machineNow })
  }
  t.equal(await pruneOnce(db, NOW), false)
  t.strictSame(await db.selectFrom('refresh_tokens').select('hash').execute(), [{ hash: 'young' }])
})

for (const engine of ENGINES) {
  t.test(`${engine}: pings go after 31 days, runs and log rows of schedulers after 400; younger ones stay`, async (t) => {
    const db = await freshDatabase(t, engine)
    const registered = daysAgo(500)
    const row = await givenScheduler(db, { now: registered, failureTolerance: 50, periodSeconds: 365 * 86_400 })
    for (const days of [450, 401, 399, 32, 30]) await signalScheduler(db, row, 'fail', daysAgo(days))
    const ages = async () => ({
      pings: (await db.selectFrom('scheduler_pings').select('at').orderBy('number').execute()).map(({ at }) => at),
      oldestRun: (await db.selectFrom('scheduler_runs').select('ended_at').orderBy('ended_at').execute())[0]?.ended_at,
      oldestLog: (await db.selectFrom('scheduler_logs').select('at').orderBy('version').execute())[0]?.at,
    })
    t.match(await ages(), { pings: [daysAgo(450), daysAgo(401), daysAgo(399), daysAgo(32), daysAgo(30)], oldestLog: registered })
    t.equal(await pruneOnce(db, NOW), false)
    t.match(await ages(), { pings: [daysAgo(30)], oldestRun: daysAgo(399), oldestLog: daysAgo(399) })
    t.match(await getSchedulerRow(db, row), { pings: 5 })
  })
}
