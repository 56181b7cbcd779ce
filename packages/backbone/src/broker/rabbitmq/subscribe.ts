import { promisify } from 'node:util'
import type { RascalBroker, Subscription } from 'rascal'

export async function subscribe(broker: RascalBroker, queue: string, prefetch: number): Promise<Subscription> {
  const subscription = await promisify(broker.subscribe.bind(broker))(queue, { prefetch })
  closeChannelQuietly(subscription)
  return subscription
}

/**
 * Rascal closes the channel of a cancelled subscription from a timer, up to 100 ms after its last message was
 * acknowledged. If the connection has died meanwhile, amqplib throws into that timer and the process ends (Rascal
 * 21.0.1; likely when a whole system is shut down at once).
 */
function closeChannelQuietly(subscription: Subscription): void {
  const open = subscription._open
  subscription._open = (channel, consumerTag, next) => {
    const close = channel.close.bind(channel)
    channel.close = (done) => {
      try {
        close(done)
      } catch {
        done()
      }
    }
    open(channel, consumerTag, next)
  }
}
