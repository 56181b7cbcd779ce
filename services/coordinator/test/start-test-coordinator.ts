import { openEmbedded } from '@lifeline/backbone/broker/embedded/open'
import type { Broker, Settle } from '@lifeline/backbone/broker/port'
import type { QueueName } from '@lifeline/backbone/broker/topology'
import { makeWriter } from '@lifeline/backbone/db/group-commit'
import type { OutgoingMessage } from '@lifeline/backbone/db/outbox/add-messages'
import { makeLog } from '@lifeline/backbone/process/log'
import { freshDatabase } from '@lifeline/testing/databases'
import { eventually } from '@lifeline/testing/eventually'
import type { TestScope } from '@lifeline/testing/test-scope'
import { virtualClock } from '@lifeline/testing/virtual-clock'
import { startCoordinator } from '../src/start-coordinator.ts'

const log = makeLog('test', 'silent')

/** A coordinator on a database of its own and the embedded broker; its clock stands before all events. Nothing relays its outbox. */
export async function startTestCoordinator(t: TestScope, { watch = (broker: Broker) => broker, clock = virtualClock() } = {}) {
  const db = await freshDatabase(t, 'pglite')
  const broker = openEmbedded(db, { log })
  const wrote: number[] = []
  const writer = makeWriter(db, { onCommit: () => void wrote.push(wrote.length) })
  const coordinator = startCoordinator({ db, broker: watch(broker), log, writer, clock })
  t.after(() => coordinator.stop())

  /** Publishes, and resolves when every queue of the coordinator is empty again. Others have no consumer. */
  async function handle(...messages: OutgoingMessage[]) {
    await broker.publish(messages)
    await eventually(async () => (await listDeliveries()).every(({ queue }) => !queue.startsWith('coordinator:')))
  }
  const listDeliveries = () => db.selectFrom('deliveries').selectAll().orderBy('position').execute()
  const listDeadLetters = () => db.selectFrom('deliveries').selectAll().where('queue', '=', 'dead-letters').orderBy('position').execute()
  const listNotifications = () => db.selectFrom('notifications').selectAll().orderBy('id').execute()
  const listOutbox = () => db.selectFrom('outbox').selectAll().orderBy('seq').execute()
  return { db, broker, wrote, handle, listDeadLetters, listNotifications, listOutbox }
}

/** The same broker, with `before` called before a message is settled. */
export function watchSettles(before: (how: keyof Settle, messageId: string) => Promise<void>) {
  return (broker: Broker): Broker => ({
    ...broker,
    consume: (queue: QueueName, prefetch, take) =>
      broker.consume(queue, prefetch, (message, settle) => {
        const watched = <Args extends unknown[]>(how: keyof Settle, real: (...args: Args) => Promise<void>) => {
          return async (...args: Args) => {
            await before(how, message.messageId)
            await real(...args)
          }
        }
        return take(message, {
          ack: watched('ack', settle.ack),
          retry: watched('retry', settle.retry),
          deadLetter: watched('deadLetter', settle.deadLetter),
        })
      }),
  })
}
