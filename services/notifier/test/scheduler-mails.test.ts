import type { Incident } from '@lifeline/backbone/db/incidents/incident'
import { makeSecrets } from '@lifeline/backbone/process/secrets'
import t from 'tap'
import { renderMail } from '../src/mail/render.ts'
import { spell } from '../src/mail/when.ts'
import { INCIDENT } from './given-incidents.ts'

const context = {
  publicUrl: 'https://tasks.example.org',
  timeZone: 'UTC',
  secrets: makeSecrets('a secret of tests, for nothing that lasts'),
  recipient: 'ann@example.org',
  queuedAt: new Date('2026-12-04T09:00:00.000Z'),
}

const render = (template: string, incident: Partial<Incident> = {}, at = '2026-12-04T09:00:01.000Z') =>
  renderMail(template, { after: { ...INCIDENT, ...incident }, actor: 'system:coordinator', at }, context)

t.test('a mail says what is Down, since when, why, and when it was expected and heard of', async (t) => {
  const { subject, text } = render('incident.opened')
  t.equal(subject, 'Down: Nightly backup')
  t.equal(
    text,
    `It did not succeed in time.

Scheduler: Nightly backup
Since:     Friday, 4 December 2026 at 09:00 (UTC), 1 second ago
Expected:  Friday, 4 December 2026 at 08:00 (UTC), 1 hour ago
Last ping: Thursday, 3 December 2026 at 08:00 (UTC), 1 day ago
Reason:    No success in time.

https://tasks.example.org/incidents/${INCIDENT.id}

Lifeline keeps work on time.
`,
  )
})

t.test('one that has never been heard of says so', async (t) => {
  const { text } = render('incident.opened', { lastPingAt: null, expectedAt: null, error: null, reason: 'signal' })
  t.match(text, /^It reported a failure\.$/m)
  t.match(text, /^Last ping: never$/m)
  t.notMatch(text, /Expected|Reason|null|undefined/)
})

t.test('reminders and escalations say how long it has been', async (t) => {
  const at = '2026-12-04T12:00:01.000Z'
  t.equal(render('incident.reminder', { reminders: 3 }, at).subject, 'Still down for 3 hours: Nightly backup')
  t.match(render('incident.reminder', {}, at).text, /Acknowledge the incident, and there are no more reminders\./)
  t.equal(render('incident.escalated', {}, at).subject, 'Escalated, down for 3 hours: Nightly backup')
})

t.test('the end says how it ended, after how long, and who looked after it', async (t) => {
  const ended = { status: 'Resolved', resolvedAt: '2026-12-04T11:05:00.000Z', downtimeSeconds: 7_500 } as const
  const { subject, text } = render('incident.resolved', { ...ended, resolution: 'recovered', acknowledgedBy: 'mailto:bob@example.org' })
  t.equal(subject, 'Up again: Nightly backup')
  t.match(text, /^Was down: {2}2 hours 5 minutes$/m)
  t.match(text, /^Taken by: {2}bob@example\.org$/m)
  t.equal(render('incident.resolved', { ...ended, resolution: 'paused' }).subject, 'Paused: Nightly backup')
  t.equal(render('incident.resolved', { ...ended, resolution: 'deleted' }).subject, 'Deleted: Nightly backup')
})

t.test('a name with line breaks and markup makes neither a fact nor HTML', async (t) => {
  const { subject, text, html } = render('incident.opened', { name: 'x\nReason:    none <img src=x>', error: 'a\nSince:     never' })
  t.equal(subject, 'Down: x Reason: none <img src=x>')
  t.equal(text.match(/^Since: .*$/gm)?.length, 1)
  t.notMatch(html, /<img/)
})

t.test('the end of a maintenance window says what went Down in it', async (t) => {
  const after = { id: INCIDENT.id, name: 'Upgrade of\nthe database', channels: [] }
  const summary = { incidents: 24, resolved: 1, stillDown: ['a', 'b'] }
  const { subject, text } = renderMail(
    'maintenance.ended',
    { after, summary, actor: 'system:clock', at: '2026-12-04T09:00:00.000Z' },
    context,
  )
  t.equal(subject, 'Maintenance ended: Upgrade of the database')
  t.match(text, /^Incidents: 24$/m)
  t.match(text, /^Down: {6}a, b, …$/m)
})

t.test('an anomaly says what was measured, and that no more of it will be told for now', async (t) => {
  const after = { id: INCIDENT.id, name: 'Nightly\nbackup', status: 'Up' }
  const data = { after, actor: 'key:ci', at: '2026-12-04T09:00:00.000Z' }
  const fast = { ...data, reason: 'too_fast', durationSeconds: 2, error: 'It ran for 2 s, which is less than 60 s.' }
  const { subject, text } = renderMail('scheduler.anomaly', fast, context)
  t.equal(subject, 'Too fast: Nightly backup')
  t.match(text, /^A run ended too fast\. It said that it succeeded\.$/m)
  t.match(text, /^Reason: {4}It ran for 2 s, which is less than 60 s\.$/m)
  t.match(text, /^Scheduler: Nightly backup$/m)
  t.equal(renderMail('scheduler.anomaly', { ...data, reason: 'too_often' }, context).subject, 'Too often: Nightly backup')
})

t.test('lengths of time are told in their two largest units', async (t) => {
  for (const [seconds, words] of [
    [0.2, 'less than a second'],
    [1, '1 second'],
    [59.6, '1 minute'],
    [3_723, '1 hour 2 minutes'],
    [90_061, '1 day 1 hour'],
    [86_405, '1 day 5 seconds'],
    [3_456_000, '40 days'],
  ] as const)
    t.equal(spell(seconds), words)
})
