import { freshVhost } from '@lifeline/testing/brokers'
import { startProxy, type TcpProxy } from '@lifeline/testing/tcp-proxy'
import type { Broker } from '../../src/broker/port.ts'
import { openRabbitmq } from '../../src/broker/rabbitmq/open.ts'
import { brokerContract } from './contract.ts'

brokerContract('rabbitmq', async (t) => {
  const url = await freshVhost(t)
  const opened = new Map<Broker, TcpProxy>()
  t.after(async () => {
    await Promise.all([...opened.keys()].map((broker) => broker.close()))
  })
  return {
    async open() {
      const proxy = await startProxy(t, url)
      const broker = openRabbitmq(proxy.url)
      opened.set(broker, proxy)
      return broker
    },
    async vanish(broker) {
      opened.get(broker)?.down()
    },
  }
})
