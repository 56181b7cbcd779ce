import { readFileSync } from 'node:fs'
import { startRabbitmq } from '@lifeline/testing/rabbitmq'
import { connect } from 'amqplib'
import t from 'tap'
import { processesIn } from './process-list.ts'

t.test('two brokers run beside each other; one is killed, started, stopped, and leaves nothing', async (t) => {
  const [first, second] = await Promise.all([startRabbitmq(), startRabbitmq()])
  t.after(() => Promise.all([first.dispose(), second.dispose()]))
  await first.addVhost('orders', 'tasks')
  await (await connect(`${first.url}/tasks`)).close()
  await t.rejects(connect(`${second.url}/tasks`), 'the other does not know this virtual host')

  await first.kill9()
  await t.rejects(connect(first.url), /ECONNREFUSED/)
  await first.start()
  await (await connect(`${first.url}/tasks`)).close()
  await first.stop()
  await t.rejects(connect(first.url), /ECONNREFUSED/)
  await (await connect(second.url)).close()

  await first.dispose()
  t.same(first.folder === undefined ? [] : (processesIn(first.folder) ?? []), [])
})

t.test('amqps: the certificate is good for localhost and for those who trust its authority', async (t) => {
  const broker = await startRabbitmq({ tls: true })
  t.after(() => broker.dispose())
  if (broker.tls === undefined) return t.fail('there is no TLS listener')
  const { url, caFile } = broker.tls
  const ca = [readFileSync(caFile)]
  await (await connect(url, { ca })).close()
  await t.rejects(connect(url), /self-signed certificate/)
  await t.rejects(connect(url.replace('localhost', '127.0.0.1'), { ca }), /does not match certificate/)
})

t.test('a frozen broker keeps its connections and answers nothing until it is thawed', async (t) => {
  const broker = await startRabbitmq()
  t.after(() => broker.dispose())
  const connection = await connect(broker.url)
  t.after(() => connection.close())
  await broker.freeze()
  const channel = connection.createChannel()
  const early = await Promise.race([channel, new Promise((resolve) => setTimeout(resolve, 300, 'nothing'))])
  t.equal(early, 'nothing')
  await broker.thaw()
  await (await channel).close()
})
