/** A process that publishes and consumes one message on the broker whose URL it is given, and prints how that went. */
import { openRabbitmq } from '../../src/broker/rabbitmq/open.ts'
import { givenMessage } from './given-message.ts'
import { until } from './until.ts'

const broker = openRabbitmq(process.argv[2] ?? '')
let handled = false
broker.consume('coordinator:task.created', 1, async (_, settle) => {
  await settle.ack()
  handled = true
})
const [outcome] = await broker.publish([givenMessage()], { timeoutMs: 2_500 })
if (outcome?.kind === 'confirmed') await until('the message', () => handled)
console.log(JSON.stringify({ outcome: outcome?.kind, handled, health: broker.health() }))
await broker.close()
