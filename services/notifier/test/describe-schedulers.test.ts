import { makeWriter } from '@lifeline/backbone/db/group-commit'
import type { Incident } from '@lifeline/backbone/db/incidents/incident'
import { SCHEDULER_EVENTS } from '@lifeline/backbone/db/schedulers/events'
import { registerScheduler } from '@lifeline/backbone/db/schedulers/register-scheduler'
import { toScheduler } from '@lifeline/backbone/db/schedulers/scheduler'
import { freshDatabase } from '@lifeline/testing/databases'
import t from 'tap'
import { describe } from '../src/senders/describe.ts'
import { slackText } from '../src/senders/slack.ts'
import { INCIDENT } from './given-incidents.ts'

const WORDS = { publicUrl: 'https://tasks.example.org', timeZone: 'UTC' }
const NINE = new Date('2026-12-04T09:00:00.000Z')

const db = await freshDatabase(t, 'pglite')
const given = {
  name: 'nightly <backup>',
  cron: '0 8 * * *',
  graceSeconds: 7_200,
  failureTolerance: 3,
  actor: 'key:test',
  now: new Date('2026-12-04T07:00:00Z'),
}
const { scheduler: row } = (await registerScheduler(db, makeWriter(db), given)) as { scheduler: Parameters<typeof toScheduler>[0] }
const scheduler = { ...toScheduler(row, NINE), lastError: 'disk full' }

const inSlack = (template: string, data: object) =>
  slackText(describe({ template, subject: 'scheduler/1' }, { actor: 'mailto:ann@example.org', at: NINE.toISOString(), ...data }, WORDS))
const ofIncident = (what: string, incident: Partial<Incident> = {}) => inSlack(`incident.${what}`, { after: { ...INCIDENT, ...incident } })
const ofScheduler = (what: string, data: object = {}) => inSlack(`scheduler.${what}`, { after: scheduler, ...data })

t.test('a channel of chat hears of an incident what a mail says of it: what is Down, why, since when', async (t) => {
  t.equal(
    ofIncident('opened', { reason: 'signal', error: 'disk full on /var' }),
    `*Down: Nightly backup*
It reported a failure.
• Scheduler: Nightly backup
• Since: Friday, 4 December 2026 at 09:00 (UTC), now
• Expected: Friday, 4 December 2026 at 08:00 (UTC), 1 hour ago
• Last ping: Thursday, 3 December 2026 at 08:00 (UTC), 1 day ago
• Reason: disk full on /var
<https://tasks.example.org/incidents/${INCIDENT.id}|Open the incident>`,
  )
  t.match(ofIncident('reminder'), /^\*Still down for .*: Nightly backup\*\n/)
  t.match(ofIncident('escalated'), /^\*Escalated, down for .*: Nightly backup\*\n/)
  t.match(
    ofIncident('resolved', { resolution: 'recovered', downtimeSeconds: 7_500 }),
    /^\*Up again: Nightly backup\*[\s\S]*• Was down: 2 hours 5 minutes\n/,
  )
  t.match(
    ofIncident('acknowledged', { acknowledgedBy: 'mailto:bob@example.org' }),
    /^\*Taken: Nightly backup\*\nIt is still Down, and bob@example\.org looks after it\.\n/,
  )
})

t.test('a warning says what is late, since when it is expected, and when it goes Down', async (t) => {
  t.equal(
    ofScheduler('late'),
    `*Late: nightly &lt;backup&gt;*
It is expected, and has not reported.
• Status: New
• Expected: Friday, 4 December 2026 at 08:00 (UTC), 1 hour ago
• Last ping: never
It goes Down in 1 hour, unless it succeeds.
<https://tasks.example.org/schedulers/${scheduler.id}|Open the scheduler>`,
  )
})

t.test('every event of a scheduler has words of its own, with its name and the error', async (t) => {
  for (const type of Object.keys(SCHEDULER_EVENTS)) {
    const text = inSlack(type, { after: scheduler, reason: 'signal', error: 'disk full' })
    t.match(text, /^\*[A-Z][a-z ]+: nightly &lt;backup&gt;\*\n\S.*\.\n/, type)
    t.match(text, /^• Reason: disk full$/m, type)
    t.notMatch(text, /undefined|null|scheduler\.[a-z]+/, type)
  }
  t.match(
    ofScheduler('failed', { reason: 'timed_out' }),
    /\nA run did not end in time\. It goes Down when it fails 3 times one after the other\.\n/,
  )
  t.match(ofScheduler('recovered', { downtimeSeconds: 60 }), /\nIt succeeds again, and was down 1 minute\.\n/)
  t.match(ofScheduler('paused'), /^\*Paused: .*\*\nann@example\.org paused it\.\n/)
})
