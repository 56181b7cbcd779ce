import { type AnyEvent, readEvent } from '@lifeline/backbone/broker/read-event'
import { alertMessage } from '@lifeline/backbone/db/outbox/alert'
import type { TaskAction, TaskEventData } from '@lifeline/backbone/db/tasks/events'
import type { Task } from '@lifeline/backbone/db/tasks/task'
import { type UserAction, userEvent } from '@lifeline/backbone/db/users/events'
import type { Mailboxes } from '@lifeline/backbone/db/users/find-mailboxes'
import { EVENT_SCHEMAS, type EventType } from '@lifeline/backbone/kinds'
import t from 'tap'
import { intentsFor as intentsWith, principalsOf, RULES } from '../src/rules.ts'
import { givenEvent, NOON } from './given-event.ts'

const intentsFor = (event: AnyEvent, mailboxes: Mailboxes = new Map()) => intentsWith(event, mailboxes)

/** The event as the coordinator gets it, over the wire and back. */
function read({ body, ...message }: ReturnType<typeof givenEvent>): AnyEvent {
  return readEvent({ ...message, queue: 'coordinator:task.created', body: Buffer.from(body), attempt: 1, redeliveries: 0 })
}

function recipients(action: TaskAction, task: Partial<Task> = {}, data: Partial<TaskEventData> = {}): string[] {
  return intentsFor(read(givenEvent(action, task, data))).map(({ recipient }) => recipient)
}

const ANN = 'ann@example.org'
const BEN = 'ben@example.org'

const HEARD: Record<TaskAction, string[]> = {
  created: [BEN],
  edited: [],
  moved: [ANN, BEN],
  deadline_approaching: [BEN],
  deadline_passed: [BEN, ANN],
  deleted: [],
}

for (const [action, expected] of Object.entries(HEARD) as [TaskAction, string[]][]) {
  t.test(`of ${action} hear: ${expected.join(', ') || 'nobody'}`, async (t) => {
    t.strictSame(recipients(action), expected)
  })
}

t.test('every event type has a rule, and every type that people hear of has a template of its own name', async (t) => {
  t.strictSame(Object.keys(RULES).sort(), Object.keys(EVENT_SCHEMAS).sort())
  for (const [type, rule] of Object.entries(RULES)) if (rule !== null) t.equal(rule.template, type)
})

t.test('nobody hears what they did themselves', async (t) => {
  t.strictSame(recipients('moved', {}, { actor: `mailto:${ANN}` }), [BEN])
  t.strictSame(recipients('moved', {}, { actor: `mailto:${BEN}` }), [ANN])
  t.strictSame(recipients('moved', {}, { actor: 'mailto:Ben@Example.ORG' }), [ANN])
  t.strictSame(recipients('created', {}, { actor: `mailto:${BEN}` }), [])
})

t.test('whoever is creator and assignee hears once, however the address is written', async (t) => {
  for (const createdBy of [`mailto:${BEN}`, 'mailto:BEN@example.org']) {
    t.equal(recipients('moved', { createdBy }).length, 1)
    t.equal(recipients('deadline_passed', { createdBy }).length, 1)
  }
})

t.test('whoever has an account hears at its address once that is verified, as a user or the owner of a key', async (t) => {
  const told = (createdBy: string, actor: string, verified = true) => {
    const mailboxes = new Map(
      [createdBy, actor].filter((one) => one !== 'system:clock').map((principal) => [principal, { address: ANN, verified }]),
    )
    return intentsFor(read(givenEvent('moved', { createdBy }, { actor })), mailboxes).map(({ recipient }) => recipient)
  }
  for (const principal of ['user:7', 'key:7']) {
    t.strictSame(told(principal, 'system:clock'), [ANN, BEN])
    t.strictSame(told(principal, 'system:clock', false), [BEN])
    t.strictSame(told(principal, principal), [BEN], 'nobody hears what they did themselves')
    t.strictSame(told('mailto:Ann@example.org', principal), [BEN], 'by whatever name')
  }
})

t.test('of their account users hear, whoever did it, and at an address that is not verified yet', async (t) => {
  const id = '019cb3a0-0000-7000-8000-000000000009'
  const mailboxes = new Map([[`user:${id}`, { address: ANN, verified: false }]])
  const facts = { id, role: 'member', status: 'Unverified', passwordAt: null, version: 3 } as const
  const after = { ...facts, createdAt: NOON.toISOString(), updatedAt: NOON.toISOString() }
  const told = (action: UserAction) => {
    const event = read(userEvent(action, { after, changed: [], actor: `user:${id}` }, NOON))
    t.strictSame(principalsOf(event), RULES[event.type] === null ? [] : [`user:${id}`])
    return intentsFor(event, mailboxes).map(({ recipient, template }) => `${recipient} ${template}`)
  }
  for (const action of ['registered', 'created', 'email_changed', 'verification_requested', 'password_changed'] as const)
    t.match(told(action), [new RegExp(`^${ANN} user\\.`)], action)
  for (const action of ['edited', 'verified', 'deleted'] as const) t.strictSame(told(action), [], action)
})

t.test('keys, users without an address and the clock hear nothing', async (t) => {
  for (const createdBy of ['key:local', 'user:7', 'system:clock']) t.strictSame(recipients('moved', { createdBy }), [BEN])
})

t.test('the clock is nobody, so everybody hears of what it did', async (t) => {
  t.strictSame(recipients('deadline_passed', {}, { actor: 'system:clock' }), [BEN, ANN])
})

t.test('an alert is for the operators, not for a mail', async (t) => {
  const alert = alertMessage({ key: 'k', severity: 'error', summary: 's', detail: {} }, NOON)
  t.strictSame(intentsFor(read(alert)), [])
})

t.test('an intent holds the event as it was, with its instant', async (t) => {
  const [intent] = intentsFor(read(givenEvent('moved', { title: 'As it was' }, { reason: 'Waits', before: { status: 'Pending' } })))
  t.match(intent, {
    channel: 'email',
    template: 'task.status.updated' satisfies EventType,
    data: { after: { title: 'As it was' }, before: { status: 'Pending' }, reason: 'Waits', at: NOON.toISOString() },
  })
})
