import { eventually } from '@lifeline/testing/eventually'
import { startRabbitmq } from '@lifeline/testing/rabbitmq'
import t from 'tap'
import { SERVICES, startInstallation } from './four-processes.ts'

t.test('kill -9 of every process and of the broker loses no acknowledged task and no event', async (t) => {
  const broker = await startRabbitmq()
  t.after(() => broker.dispose())
  const installation = await startInstallation(t, { brokerUrl: broker.url })
  const { mails, call, start, process } = installation
  const acknowledged: string[] = []
  let writing = true

  // Creates tasks one after the other; whatever is not answered with 201 may or may not exist.
  const writer = (async () => {
    for (let n = 0; writing; n++) {
      const assignee = `person${n}@example.org`
      const answer = await call('POST', '/tasks', { title: `Task ${n}`, assignee }).catch(() => undefined)
      if (answer?.status === 201) acknowledged.push(assignee)
      else await new Promise((resolve) => setTimeout(resolve, 100))
    }
  })()
  const enoughMore = async (count: number) => {
    const from = acknowledged.length
    await eventually(() => acknowledged.length >= from + count, { timeoutMs: 30_000 })
  }

  for (const service of SERVICES) {
    await enoughMore(20)
    await process(service).kill9()
    await start(service)
  }
  await enoughMore(20)
  await broker.kill9()
  await enoughMore(20)
  t.pass('the API takes tasks while the broker is away')
  await broker.start()
  await enoughMore(20)
  writing = false
  await writer

  const toldOnce = () => new Set(mails.mails.map(({ to }) => to[0]))
  // A notification whose sender was killed comes again when its lease of a minute is over.
  await eventually(() => acknowledged.every((assignee) => toldOnce().has(assignee)), { timeoutMs: 90_000, everyMs: 250 })
  t.ok(acknowledged.length >= 120, `${acknowledged.length} tasks, each with its mail`)
  const total = await call('GET', '/tasks?page=1&pageSize=1')
  t.ok(total.json.total >= acknowledged.length, 'no acknowledged task is missing')
  const twice = mails.mails.length - toldOnce().size
  t.ok(twice <= 15, `at most what a killed notifier had in hand came twice (${twice})`)
})
