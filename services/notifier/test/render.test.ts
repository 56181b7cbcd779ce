import { makeSecrets } from '@lifeline/backbone/process/secrets'
import t from 'tap'
import { renderMail } from '../src/mail/render.ts'
import type { TaskMailData } from '../src/mail/templates/task-mails.ts'
import { givenMailData } from './given-notification.ts'

const settings = {
  publicUrl: 'https://tasks.example.org',
  timeZone: 'UTC',
  secrets: makeSecrets('a secret of tests, for nothing that lasts'),
  recipient: 'ben@example.org',
  queuedAt: new Date('2026-12-04T09:00:00.000Z'),
}
const render = (template: string, data: TaskMailData) => renderMail(template, data, settings)

const WORDS: [string, TaskMailData, string, string][] = [
  ['task.created', givenMailData(), 'New task: Order the laptop', 'ann@example.org gave you a task.'],
  ['task.created', givenMailData({}, { actor: 'key:local' }), 'New task: Order the laptop', 'The system gave you a task.'],
  [
    'task.status.updated',
    givenMailData({ status: 'OnHold' }, { before: { status: 'InProgress' } }),
    'OnHold: Order the laptop',
    'ann@example.org moved the task from InProgress to OnHold.',
  ],
  [
    'task.deadline.approaching',
    givenMailData({}, { actor: 'system:clock' }),
    'Due in 3 hours: Order the laptop',
    'The deadline is in 3 hours, and the task is Pending.',
  ],
  [
    'task.deadline.passed',
    givenMailData({ status: 'InProgress' }, { at: '2026-12-04T12:00:00.000Z' }),
    'Deadline passed: Order the laptop',
    'The deadline has passed, and the task is still InProgress.',
  ],
]

for (const [template, data, subject, happened] of WORDS) {
  t.test(`${template} says: ${happened}`, async (t) => {
    const mail = render(template, data)
    t.equal(mail.subject, subject)
    t.ok(mail.text.startsWith(`${happened}\n`))
    t.ok(mail.html.includes(`<p>${happened}</p>`))
  })
}

t.test('a reason is told, and what is not set is left out', async (t) => {
  const { text } = render('task.status.updated', givenMailData({ dueAt: null }, { reason: 'The supplier is late' }))
  t.match(text, /^Reason: +The supplier is late$/m)
  t.notMatch(text, /Deadline|null|undefined/)
})

t.test('a title with line breaks makes neither a header nor a fact', async (t) => {
  const { subject, text } = render('task.created', givenMailData({ title: 'Laptop\r\nBcc: eve@example.org\nStatus:    Completed' }))
  t.equal(subject, 'New task: Laptop Bcc: eve@example.org Status: Completed')
  t.strictSame(text.match(/^Status: .*$/gm), ['Status:    Pending'])
})

t.test('nothing that people write becomes HTML', async (t) => {
  const hostile = `<script>alert('1')</script>"><img src=x onerror=alert(2)>&lt;`
  const { html } = render(
    'task.status.updated',
    givenMailData({ title: hostile, description: hostile }, { reason: hostile, actor: `mailto:${hostile}` }),
  )
  t.notMatch(html, /<script|<img|'1'|"><img/)
  t.equal(html.split('&lt;script&gt;alert(&#39;1&#39;)').length, 5, 'actor, title, description and reason, as they were')
  t.match(html, /&amp;lt;/, 'what looks escaped is shown as it was written')
})

t.test('the longest of everything fits', async (t) => {
  const longest = givenMailData({ title: '😀'.repeat(200), description: 'x'.repeat(4_000) }, { reason: 'y'.repeat(1_000) })
  const { subject, text, html } = render('task.status.updated', longest)
  t.equal(subject, `Pending: ${'😀'.repeat(200)}`)
  for (const part of [text, html]) for (const words of ['x'.repeat(4_000), 'y'.repeat(1_000)]) t.ok(part.includes(words))
})

t.test('a template that does not exist is named', async (t) => {
  t.throws(() => render('task.exploded', givenMailData()), /no mail template task\.exploded/)
})
