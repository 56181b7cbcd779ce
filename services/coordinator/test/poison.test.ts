import type { OutgoingMessage } from '@lifeline/backbone/db/outbox/add-messages'
import t from 'tap'
import { givenEvent } from './given-event.ts'
import { startTestCoordinator } from './start-test-coordinator.ts'

type Change = (event: OutgoingMessage) => Partial<OutgoingMessage>

const withData = (change: (data: { after: Record<string, unknown> }) => unknown): Change => {
  return ({ body }) => ({ body: JSON.stringify(change(JSON.parse(body))) })
}
const withHeader = (name: string, value: string | undefined): Change => {
  return ({ headers: { [name]: _, ...others } }) => ({ headers: value === undefined ? others : { ...others, [name]: value } })
}
const withAfter = (fields: object) => withData(({ after, ...rest }) => ({ ...rest, after: { ...after, ...fields } }))

const POISON: [string, RegExp, Change][] = [
  ['a body that is no JSON', /^unreadable: The body is no JSON/, () => ({ body: '{"after": {' })],
  ['an empty body', /^unreadable: /, () => ({ body: '' })],
  ['a body of null', /^wrong_data: /, () => ({ body: 'null' })],
  ['a body without the task', /^wrong_data: .*after/, withData(({ after: _, ...rest }) => rest)],
  ['a status that does not exist', /^wrong_data: .*\/after\/status/, withAfter({ status: 'Started' })],
  ['a number for a title', /^wrong_data: .*\/after\/title/, withAfter({ title: 7 })],
  ['an unknown type', /^unknown_type: task\.exploded /, withHeader('cloudEvents_type', 'task.exploded')],
  ['a type named like a property of every object', /^unknown_type: /, withHeader('cloudEvents_type', 'constructor')],
  ...['id', 'type', 'time', 'sequence', 'subject'].map((name): [string, RegExp, Change] => [
    `no ${name}`,
    new RegExp(`^unreadable: .*cloudEvents_${name} `),
    withHeader(`cloudEvents_${name}`, undefined),
  ]),
  ['a time that is none', /^unreadable: .*instant/, withHeader('cloudEvents_time', 'yesterday')],
  ['a sequence that is none', /^unreadable: .*whole number/, withHeader('cloudEvents_sequence', 'first')],
]

t.test('what can never be handled goes to dead-letters with its reason, and raises one alert', async (t) => {
  const { handle, listDeadLetters, listNotifications, listOutbox } = await startTestCoordinator(t)
  for (const [i, [what, reason, change]] of POISON.entries()) {
    await t.test(what, async (t) => {
      const event = givenEvent('created', { version: i + 1 })
      await handle({ ...event, ...change(event) })
      const dead = (await listDeadLetters()).at(-1)
      t.equal((await listDeadLetters()).length, i + 1)
      t.equal(dead?.message_id, event.messageId)
      t.match(JSON.parse(dead?.headers ?? ''), { 'app-reason': reason, 'app-origin-queue': 'coordinator:task.created' })
      const alerts = await listOutbox()
      t.equal(alerts.length, i + 1, 'one more alert')
      t.equal(alerts.at(-1)?.routing_key, 'alert.operations')
      t.match(JSON.parse(alerts.at(-1)?.body ?? ''), { severity: 'error', detail: { messageId: event.messageId } })
    })
  }
  t.strictSame(await listNotifications(), [])
  await t.test('and the next good one is handled', async (t) => {
    await handle(givenEvent('created', { version: 1_000 }))
    t.equal((await listNotifications()).length, 1)
  })
})
