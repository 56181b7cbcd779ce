import { freshVhost } from '@lifeline/testing/brokers'
import type { Broker } from '../../src/broker/port.ts'
import { openRabbitmq } from '../../src/broker/rabbitmq/open.ts'
import { brokerContract } from './contract.ts'
import { type CuttableProxy, startProxy } from './cuttable-proxy.ts'

brokerContract('rabbitmq', async (t) => {
  const url = await freshVhost(t)
  const opened = new Map<Broker, CuttableProxy>()
  t.after(async () => {
    await Promise.all([...opened].map(([broker, proxy]) => broker.close().then(() => proxy.close())))
  })
  return {
    async open() {
      const proxy = await startProxy(url)
      const broker = openRabbitmq(proxy.url)
      opened.set(broker, proxy)
      return broker
    },
    async vanish(broker) {
      await opened.get(broker)?.close()
    },
  }
})
