import { eventually } from '@lifeline/testing/eventually'
import t from 'tap'
import { startTestStandalone } from './start-test-standalone.ts'

t.test('from a POST to a mail, a reminder and a deadline, in one process with nothing but memory', async (t) => {
  const { call, mails, clock, url } = await startTestStandalone(t, { folder: t.testdir(), env: { DATABASE_URL: 'pglite:' } })
  const mailThat = (subject: string) => eventually(async () => (await mails()).find((mail) => mail.subject === subject))
  const asAnn = { 'lifeline-actor': 'ann@example.org' }

  clock.set('2026-03-02T09:00:00.000Z')
  const task = { title: 'Order <b>laptops</b>', assignee: 'ben@example.org', dueAt: '2026-03-02T12:00:00.000Z', remindBefore: ['PT1H'] }
  const created = await call('POST', '/tasks', task, asAnn)
  t.match(created, { status: 201, body: { status: 'Pending', version: 1, createdAt: '2026-03-02T09:00:00.000Z' } })
  const { id } = created.body
  const first = await mailThat('New task: Order <b>laptops</b>')
  t.match(first, { to: 'ben@example.org', text: /ann@example\.org gave you a task/ })
  t.ok(first.text.includes(`${url}/tasks/${id}`), 'the link leads to where it listens')

  clock.set('2026-03-02T10:00:00.000Z')
  await call('PATCH', `/tasks/${id}/status`, { status: 'InProgress' }, { 'lifeline-actor': 'ben@example.org' })
  t.equal((await mailThat('InProgress: Order <b>laptops</b>')).to, 'ann@example.org')

  clock.set('2026-03-02T11:00:00.000Z')
  t.equal((await mailThat('Due in 1 hour: Order <b>laptops</b>')).to, 'ben@example.org')

  clock.set('2026-03-02T12:00:00.000Z')
  await eventually(async () => (await mails()).length === 5)
  const passed = (await mails()).filter(({ subject }) => subject === 'Deadline passed: Order <b>laptops</b>')
  t.strictSame(passed.map(({ to }) => to).sort(), ['ann@example.org', 'ben@example.org'])
  t.match((await call('GET', `/tasks/${id}`)).body, { overdue: true, deadlinePassedAt: task.dueAt, version: 4 })

  const { items } = (await call('GET', `/tasks/${id}/logs`)).body
  t.strictSame(
    items.map(({ action, actor, at }: Record<string, string>) => `${at?.slice(11, 16)} ${actor} ${action}`),
    [
      '09:00 mailto:ann@example.org created',
      '10:00 mailto:ben@example.org moved',
      '11:00 system:clock deadline_approaching',
      '12:00 system:clock deadline_passed',
    ],
  )
  const metrics = await (await fetch(`${url}/metrics`)).text()
  for (const name of [
    'wakes_handled_total{kind="task",action="deadline_passed"} 1',
    'wakes_handled_total{kind="task",action="deadline_approaching"} 1',
    'outbox_published_total{exchange="events"} 4',
  ])
    t.ok(metrics.includes(name), name)

  await t.test('the mailbox page shows the mails, and none of their HTML as its own', async (t) => {
    const page = await (await fetch(`${url}/mailbox`)).text()
    t.match(page, /Mailbox<\/a> \(5\)/)
    t.ok(page.includes('New task: Order &lt;b&gt;laptops&lt;/b&gt;'))
    t.notOk(page.includes('<b>laptops'))
    const open = await (await fetch(`${url}/mailbox?id=${first.id}`)).text()
    t.match(open, /<iframe sandbox="" .*srcdoc="&lt;!doctype html/)
    t.notOk(open.includes('<b>laptops'))
    t.equal((await fetch(`${url}/mailbox?id=${encodeURIComponent('"><script>')}`)).status, 200)
  })

  await t.test('a mail in the list is as it is promised', async (t) => {
    t.strictSame(Object.keys((await mails())[0] ?? {}), ['id', 'to', 'subject', 'text', 'at'])
    const ids = (await mails()).map((mail) => mail.id)
    t.strictSame(ids, ids.toSorted().reverse(), 'the newest first')
  })
})
