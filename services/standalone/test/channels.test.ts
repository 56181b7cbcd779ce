import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { freshDatabaseUrl } from '@lifeline/testing/databases'
import { eventually } from '@lifeline/testing/eventually'
import { freePort } from '@lifeline/testing/free-ports'
import { startProcess } from '@lifeline/testing/processes'
import { type ProviderRequest, startProvider, startProviderAt } from '@lifeline/testing/provider'
import t, { type Test } from 'tap'
import { client, startTestStandalone } from './start-test-standalone.ts'

const BOSS = { 'lifeline-actor': 'boss@example.org' }
const SLACK_PATH = '/services/T00000000/B00000000/0123456789abcdef'

async function start(t: Test) {
  const env = { DATABASE_URL: await freshDatabaseUrl(t, 'pglite'), WEBHOOK_ALLOW_PRIVATE: 'true' }
  const system = await startTestStandalone(t, { folder: t.testdir(), env })
  const makeChannel = async (name: string, type: string, settings: object, events: string[]) => {
    const { status, body } = await system.call('POST', '/channels', { name, type, settings, events }, BOSS)
    if (status !== 201) throw new Error(JSON.stringify(body))
    return body as { id: string }
  }
  const makeTask = async (title: string) =>
    (await system.call('POST', '/tasks', { title, assignee: 'ben@example.org' })).body as { id: string }
  const sentThrough = async (id: string) => (await system.call('GET', `/channels/${id}/notifications`)).body.items
  return { ...system, makeChannel, makeTask, sentThrough }
}

const typesOf = (received: readonly ProviderRequest[]) => received.map(({ body }) => JSON.parse(body).type)

t.test('a task is told to a webhook, to Slack and to a list of addresses, beside the mail to whom it is given', async (t) => {
  const { makeChannel, makeTask, call, mails } = await start(t)
  const [hook, slack] = [await startProvider(t), await startProvider(t)]
  const { id } = await makeChannel('Hook', 'webhook', { url: hook.url }, ['task.#'])
  await makeChannel('Chat', 'slack', { url: `${slack.url}${SLACK_PATH}` }, ['task.created'])
  await makeChannel('List', 'email', { addresses: ['duty@example.org'] }, ['task.created'])
  const task = await makeTask('Order the laptop')
  await call('PATCH', `/tasks/${task.id}`, { title: 'Order a laptop' })
  await eventually(() => hook.received.length === 2 && slack.received.length === 1)
  t.strictSame(typesOf(hook.received).sort(), ['task.created', 'task.updated'])
  t.match(JSON.parse(slack.received[0]?.body ?? ''), { text: /^\*New task: Order the laptop\*/ })
  const told = await eventually(async () => (await mails()).length === 2 && (await mails()))
  t.match(told.map(({ to }) => to).sort(), ['ben@example.org', 'duty@example.org'])
  t.match(told.find(({ to }) => to.includes('duty'))?.text, /gave a task to ben@example\.org/)
  t.match(await call('POST', `/channels/${id}/test`), { status: 202 })
  await eventually(() => hook.received.length === 3)
  t.strictSame(typesOf(hook.received).at(-1), 'channel.test')
})

t.test(
  'a channel that its provider refuses is disabled: its creator gets a mail, operators one alert, and enabled again it works',
  async (t) => {
    const { makeChannel, makeTask, call, mails, sentThrough } = await start(t)
    const [slack, ops] = [await startProvider(t, { status: 404, body: 'no_service' }), await startProvider(t)]
    const { id } = await makeChannel('Chat', 'slack', { url: `${slack.url}${SLACK_PATH}` }, ['task.created', 'alert.operations'])
    await makeChannel('Ops', 'webhook', { url: ops.url }, ['alert.operations', 'channel.disabled'])
    await makeTask('First')
    await eventually(async () => (await call('GET', `/channels/${id}`)).body.status === 'Disabled')
    const mail = await eventually(async () => (await mails()).find(({ to }) => to.includes('boss@example.org')))
    t.match(mail, { subject: 'The channel Chat is disabled', text: /Slack answered 404 no_service/ })
    await eventually(() => ops.received.length === 2)
    t.strictSame(typesOf(ops.received).sort(), ['alert.operations', 'channel.disabled'])
    t.match(await sentThrough(id), [{ type: 'task.created', status: 'Failed', lastError: 'Slack answered 404 no_service.' }])
    await makeTask('Second')
    t.match(await call('POST', `/channels/${id}/test`), { status: 202 }, 'set right, it is tested')
    await eventually(async () => (await sentThrough(id))[0]?.status === 'Sent')
    t.match(await call('POST', `/channels/${id}/enable`), { body: { status: 'Active', disabledReason: null } })
    await makeTask('Third')
    await eventually(() => slack.received.length === 3)
    t.match(JSON.parse(slack.received[2]?.body ?? ''), { text: /Third/ })
    t.equal(ops.received.length, 2)
  },
)

t.test('what a provider that is away did not get it gets when it is back', async (t) => {
  const { makeChannel, makeTask, sentThrough } = await start(t)
  const port = await freePort()
  const { id } = await makeChannel('Hook', 'webhook', { url: `http://127.0.0.1:${port}/` }, ['task.created'])
  await makeTask('Wait for it')
  await eventually(async () => (await sentThrough(id))[0]?.lastError?.includes('ECONNREFUSED'))
  const hook = await startProviderAt(t, port)
  await eventually(() => hook.received.length === 1)
  const [sent] = await eventually(async () => {
    const items = await sentThrough(id)
    return items[0]?.status === 'Sent' && items
  })
  t.match(sent, { attempts: 2, lastError: null })
  t.equal(hook.received[0]?.headers['webhook-id'], sent.id)
})

t.test('kill -9 in the middle of a send: the webhook comes again, with the same id', async (t) => {
  const folder = t.testdir()
  const hook = await startProvider(t, { hangs: true })
  const env = { PORT: '0', LIFELINE_DATA: folder, DATABASE_URL: await freshDatabaseUrl(t, 'pglite'), WEBHOOK_ALLOW_PRIVATE: 'true' }
  const startMain = async () => {
    const process = startProcess(t, 'services/standalone/src/main.ts', env)
    const { url } = await process.ready(60_000)
    const apiKey = (await readFile(join(folder, 'api-key'), 'utf8')).trim()
    return { process, ...client({ url: String(url), apiKey }) }
  }
  const first = await startMain()
  const { id } = (await first.call('POST', '/channels', { name: 'Hook', type: 'webhook', settings: { url: hook.url }, events: ['task.#'] }))
    .body
  await first.call('POST', '/tasks', { title: 'Survive', assignee: 'ben@example.org' })
  await eventually(() => hook.received.length === 1)
  await first.process.kill9()
  const second = await startMain()
  await eventually(() => hook.received.length === 2, { timeoutMs: 30_000 })
  t.equal(hook.received[1]?.headers['webhook-id'], hook.received[0]?.headers['webhook-id'])
  t.equal(hook.received[1]?.body, hook.received[0]?.body)
  await eventually(async () => {
    const [sent] = (await second.call('GET', `/channels/${id}/notifications`)).body.items
    return sent.status === 'Sent' && sent.attempts === 2
  })
})
