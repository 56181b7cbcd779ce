import { QUEUES } from '@lifeline/backbone/broker/topology'
import amqplib from 'amqplib'

/** Empties the queues that nobody consumes in a figure, so that the broker does not carry a growing burden. Answers how many messages there were. */
export async function purgeQueues(brokerUrl: string): Promise<number> {
  const connection = await amqplib.connect(brokerUrl)
  try {
    const channel = await connection.createChannel()
    let purged = 0
    for (const queue of Object.keys(QUEUES)) purged += (await channel.purgeQueue(queue)).messageCount
    return purged
  } finally {
    await connection.close()
  }
}
