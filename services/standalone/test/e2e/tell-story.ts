import type { Engine } from '@lifeline/testing/databases'
import { eventually } from '@lifeline/testing/eventually'
import type { Test } from 'tap'
import { SERVICES, sampleOf, startInstallation } from './four-processes.ts'

/** Creates a task, acts on it, misses its deadline: mails, log and metrics tell the story. */
export async function tellStory(t: Test, engine: Engine): Promise<void> {
  const { mails, call, metrics, process } = await startInstallation(t, { engine })
  const soon = new Date(Date.now() + 6_000)
  const asBoss = { 'lifeline-actor': 'boss@example.org' }
  const asAnn = { 'lifeline-actor': 'ann@example.org' }

  const created = await call(
    'POST',
    '/tasks',
    { title: 'Send in the essay', assignee: 'ann@example.org', dueAt: soon, remindBefore: ['PT4S'] },
    asBoss,
  )
  t.equal(created.status, 201)
  t.equal(created.json.createdBy, 'mailto:boss@example.org')
  const path = `/api/v1/tasks/${created.json.id}`

  t.equal((await call('PATCH', `${path}/status`, { status: 'InProgress' }, asAnn)).status, 200)
  const refused = await call('PATCH', `${path}/status`, { status: 'Sleeping' }, asAnn)
  t.equal(refused.status, 422)

  await mails.waitFor(5, { timeoutMs: 20_000 })
  const told = mails.mails.map(({ to, subject }) => `${to[0]}: ${subject.replace(/in \d+ seconds?/, 'in n seconds')}`)
  t.strictSame(told.sort(), [
    'ann@example.org: Deadline passed: Send in the essay',
    'ann@example.org: Due in n seconds: Send in the essay',
    'ann@example.org: New task: Send in the essay',
    'boss@example.org: Deadline passed: Send in the essay',
    'boss@example.org: InProgress: Send in the essay',
  ])
  const passed = mails.mails.find(({ subject }) => subject.startsWith('Deadline passed'))
  t.match(passed?.text, `https://lifeline.example.org/tasks/${created.json.id}`)
  t.match(passed?.text, '(Europe/Berlin)')

  t.equal((await call('PATCH', `${path}/status`, { status: 'Completed', reason: 'late, but here' }, asAnn)).status, 200)
  const task = await call('GET', path)
  t.match(task.json, { status: 'Completed', deadlinePassedAt: soon.toISOString(), overdue: false, version: 5 })
  const { items } = (await call('GET', `${path}/logs`)).json
  t.strictSame(
    items.map((entry: { action: string; actor: string }) => [entry.action, entry.actor]),
    [
      ['created', 'mailto:boss@example.org'],
      ['moved', 'mailto:ann@example.org'],
      ['deadline_approaching', 'system:clock'],
      ['deadline_passed', 'system:clock'],
      ['moved', 'mailto:ann@example.org'],
    ],
  )
  const noticed = items.find((entry: { action: string }) => entry.action === 'deadline_passed')
  t.ok(Date.parse(noticed.at) - soon.getTime() < 2_000, 'the deadline passed on time')

  await mails.waitFor(6)
  const own = await eventually(async () => {
    const { json } = await call('GET', `${path}/metrics`)
    return json.mails.sent === 6 ? json : undefined
  })
  t.match(own, { moves: 2, mails: { sent: 6, failed: 0 } })

  const [api, coordinator, notifier, clock] = (await Promise.all(SERVICES.map(metrics))) as [string, string, string, string]
  t.equal(sampleOf(api, 'tasks_created_total'), 1)
  t.equal(sampleOf(api, 'task_moves_total{from="Pending",to="InProgress"}'), 1)
  t.equal(sampleOf(coordinator, 'events_handled_total{consumer="coordinator",type="task.created",outcome="done"}'), 1)
  t.equal(sampleOf(coordinator, 'events_handled_total{consumer="coordinator",type="task.deadline.passed",outcome="done"}'), 1)
  t.equal(sampleOf(notifier, 'email_send_seconds_count{outcome="sent"}'), 6)
  t.equal(sampleOf(clock, 'wakes_handled_total{kind="task",action="deadline_passed"}'), 1)
  t.match(await metrics('api'), 'http_request_duration_seconds')

  const exits = await Promise.all(SERVICES.map((service) => process(service).stop()))
  t.strictSame(exits, [0, 0, 0, 0], 'every process ends by itself at SIGTERM')
}
