import { commitOne } from '@lifeline/backbone/db/commit'
import { addWindow, changeWindow } from '@lifeline/backbone/db/maintenance/change-window'
import type { Db } from '@lifeline/backbone/db/schema'
import { givenChannel } from '@lifeline/testing/given-channel'
import { virtualClock } from '@lifeline/testing/virtual-clock'
import t from 'tap'
import { commandScheduler, givenScheduler, minute, signalScheduler, takeEvents } from './given-scheduler.ts'
import { startTestCoordinator } from './start-test-coordinator.ts'

type Coordinator = Awaited<ReturnType<typeof startTestCoordinator>>

/** Brings what schedulers told to the coordinator, and then what it made of that. */
async function relay({ db, handle }: Coordinator) {
  for (let events = await takeAll(db); events.length > 0; events = await takeAll(db)) await handle(...events)
}
const takeAll = (db: Db) => takeEvents(db, 'scheduler', 'incident', 'maintenance')

const toldOf = async ({ listNotifications }: Coordinator) =>
  (await listNotifications()).map(({ template, recipient }) => `${template} ${recipient}`)

const listIncidents = (db: Db) => db.selectFrom('incidents').selectAll().orderBy('opened_at').execute()

const ANN = 'ann@example.org'

t.test('a scheduler that goes Down and recovers is an incident, of which its creator hears, though their own key signalled', async (t) => {
  const coordinator = await startTestCoordinator(t)
  const { db } = coordinator
  const row = await givenScheduler(db)
  await signalScheduler(db, row, 'fail', minute(1))
  await relay(coordinator)
  t.match(await listIncidents(db), [{ status: 'Open', scheduler_id: row.id }])
  await signalScheduler(db, row, 'success', minute(3))
  await relay(coordinator)
  t.match(await listIncidents(db), [{ status: 'Resolved' }])
  t.strictSame(await toldOf(coordinator), [`incident.opened ${ANN}`, `incident.resolved ${ANN}`])
  t.strictSame(await coordinator.listDeadLetters(), [])
})

t.test('late is told to nobody by mail, flapping to the creator; and then no more of each time', async (t) => {
  const coordinator = await startTestCoordinator(t)
  const { db } = coordinator
  const row = await givenScheduler(db)
  await signalScheduler(db, row, 'success', minute(0))
  await commandScheduler(db, row, { do: 'wake' }, minute(12.6))
  for (let i = 0; i < 8; i++) {
    await signalScheduler(db, row, i % 2 === 0 ? 'fail' : 'success', minute(13 + i))
    await relay(coordinator)
  }
  const told = await toldOf(coordinator)
  t.strictSame(
    told.slice(0, 5),
    ['opened', 'resolved', 'opened', 'resolved', 'opened'].map((what) => `incident.${what} ${ANN}`),
  )
  t.strictSame(told.slice(5).sort(), [`incident.resolved ${ANN}`, `scheduler.flapping ${ANN}`])
  t.match((await listIncidents(db)).at(-1), { suppressed: 'flapping', status: 'Resolved' })
})

t.test(
  'an anomaly is told to the creator and to the channels that the scheduler names, and to nobody in a maintenance window',
  async (t) => {
    const coordinator = await startTestCoordinator(t)
    const { db } = coordinator
    await givenChannel(db, { name: 'ops', events: [] })
    const row = await givenScheduler(db, { maxRunsPerPeriod: 1, channels: ['ops'] })
    for (const at of [0, 1, 2]) await signalScheduler(db, row, 'success', minute(at))
    await relay(coordinator)
    const whom = (await coordinator.listNotifications()).map(({ template, channel }) => `${template} ${channel}`)
    t.strictSame(whom.sort(), ['scheduler.anomaly email', 'scheduler.anomaly webhook'])
    const times = { startsAt: minute(10), endsAt: minute(60) }
    await commitOne(db, addWindow, { name: 'upgrade', times, actor: 'mailto:bob@example.org', now: minute(3) })
    for (const at of [11, 12]) await signalScheduler(db, row, 'success', minute(at))
    const waiting = await db.selectFrom('outbox').select('routing_key').execute()
    t.strictSame(
      waiting.map(({ routing_key }) => routing_key).filter((key) => key.startsWith('scheduler')),
      ['scheduler.anomaly'],
    )
    await relay(coordinator)
    t.equal((await coordinator.listNotifications()).length, 2)
  },
)

t.test('thirty jobs of one host that is Down are one mail; when it recovers, of those that are still Down', async (t) => {
  const coordinator = await startTestCoordinator(t)
  const { db } = coordinator
  const host = await givenScheduler(db, { name: 'host' })
  const jobs = []
  for (let i = 0; i < 30; i++) jobs.push(await givenScheduler(db, { name: `job ${i}`, dependsOn: [host.id] }))
  await signalScheduler(db, host, 'fail', minute(1))
  await relay(coordinator)
  for (const job of jobs) await signalScheduler(db, job, 'fail', minute(2))
  await relay(coordinator)
  t.strictSame(await toldOf(coordinator), [`incident.opened ${ANN}`])
  for (const job of jobs.slice(2)) await signalScheduler(db, job, 'success', minute(3))
  await signalScheduler(db, host, 'success', minute(4))
  await relay(coordinator)
  const subjects = (await listIncidents(db)).filter(({ status }) => status === 'Open').map(({ name }) => name)
  t.strictSame(subjects.sort(), ['job 0', 'job 1'])
  t.strictSame((await toldOf(coordinator)).sort(), [
    ...[`incident.opened ${ANN}`, `incident.opened ${ANN}`, `incident.opened ${ANN}`],
    `incident.resolved ${ANN}`,
  ])
})

t.test('thirty jobs that nothing connects, Down at once: one is told now, all others in a minute; and so when they recover', async (t) => {
  const coordinator = await startTestCoordinator(t)
  const { db, listNotifications } = coordinator
  const rows = []
  for (let i = 0; i < 30; i++) rows.push(await givenScheduler(db, { name: `job ${i}` }))
  const waitingOf = async (template: string) => {
    const told = (await listNotifications()).filter((row) => row.template === template)
    const [first, ...more] = told.filter(({ announcements }) => announcements === 1)
    t.same(more, [])
    const wake = (first?.told_at?.getTime() ?? 0) + 60_000
    const waiting = told.filter(({ announcements }) => announcements === 0)
    t.ok(waiting.every(({ status, wake_at }) => status === 'Queued' && wake_at?.getTime() === wake))
    return waiting.length
  }
  for (const row of rows) await signalScheduler(db, row, 'fail', minute(1))
  const events = await takeAll(db)
  await coordinator.handle(...events)
  await relay(coordinator)
  t.equal(await waitingOf('incident.opened'), 29)
  await coordinator.handle(...events)
  await relay(coordinator)
  t.equal(await waitingOf('incident.opened'), 29, 'an event that comes again changes nothing')
  for (const row of rows) await signalScheduler(db, row, 'success', minute(2))
  await relay(coordinator)
  t.equal(await waitingOf('incident.resolved'), 29)
  t.equal((await listNotifications()).length, 60)
  t.strictSame(await coordinator.listDeadLetters(), [])
})

t.test('what comes all at once, twice and backwards, ends as it is', async (t) => {
  const coordinator = await startTestCoordinator(t)
  const { db, handle } = coordinator
  const rows = []
  for (let i = 0; i < 20; i++) rows.push(await givenScheduler(db, { name: `job ${i}` }))
  for (const row of rows) {
    await signalScheduler(db, row, 'fail', minute(1))
    await signalScheduler(db, row, 'success', minute(2))
    await signalScheduler(db, row, 'fail', minute(3))
  }
  const events = await takeEvents(db, 'scheduler')
  await handle(...events.toReversed())
  await handle(...events)
  await relay(coordinator)
  const incidents = await listIncidents(db)
  t.equal(incidents.length, 40)
  t.strictSame(
    incidents.map(({ status }) => status),
    [...Array.from({ length: 20 }, () => 'Resolved'), ...Array.from({ length: 20 }, () => 'Open')],
  )
  t.equal((await toldOf(coordinator)).length, 60)
  t.strictSame(await coordinator.listDeadLetters(), [])
})

t.test('in a maintenance window nobody hears of anything; at its end the one who made it hears what there was', async (t) => {
  const coordinator = await startTestCoordinator(t)
  const { db } = coordinator
  const times = { startsAt: minute(0), endsAt: minute(60) }
  const window = await commitOne(db, addWindow, { name: 'upgrade', times, actor: 'mailto:bob@example.org', now: minute(0) })
  const row = await givenScheduler(db)
  for (let i = 0; i < 8; i++) await signalScheduler(db, row, i % 2 === 0 ? 'success' : 'fail', minute(1 + i))
  await relay(coordinator)
  t.equal((await listIncidents(db)).length, 4)
  t.strictSame(await toldOf(coordinator), [])
  const wake = { id: window.id, command: { do: 'wake' }, actor: 'system:clock', now: minute(60) } as const
  await commitOne(db, changeWindow, wake)
  await relay(coordinator)
  t.strictSame(await toldOf(coordinator), ['maintenance.ended bob@example.org'])
})

t.test('a window in which nothing happened is no mail; one that is deleted tells at once what is Down', async (t) => {
  const coordinator = await startTestCoordinator(t)
  const { db } = coordinator
  const add = (endsAt: Date) =>
    commitOne(db, addWindow, { name: 'x', times: { startsAt: minute(0), endsAt }, actor: 'mailto:bob@example.org', now: minute(0) })
  const [idle, deleted] = [await add(minute(1)), await add(minute(60))]
  await commitOne(db, changeWindow, { id: idle.id, command: { do: 'wake' }, actor: 'system:clock', now: minute(1) })
  const row = await givenScheduler(db)
  await signalScheduler(db, row, 'fail', minute(5))
  await relay(coordinator)
  t.strictSame(await toldOf(coordinator), [])
  await commitOne(db, changeWindow, { id: deleted.id, command: { do: 'delete' }, actor: 'user:bob', now: minute(6) })
  await relay(coordinator)
  t.strictSame(await toldOf(coordinator), [`incident.opened ${ANN}`])
})

t.test('a coordinator that was away tells late, and reminders count from then on', async (t) => {
  const coordinator = await startTestCoordinator(t, { clock: virtualClock(minute(300)) })
  const { db } = coordinator
  const row = await givenScheduler(db)
  await signalScheduler(db, row, 'fail', minute(1))
  await relay(coordinator)
  t.match(await listIncidents(db), [{ opened_at: minute(1), told_at: minute(300), wake_at: minute(360) }])
})
