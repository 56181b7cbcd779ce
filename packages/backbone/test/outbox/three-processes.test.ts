import { setTimeout as sleep } from 'node:timers/promises'
import { freshVhost } from '@lifeline/testing/brokers'
import { databaseEnvironment } from '@lifeline/testing/databases'
import { eventually } from '@lifeline/testing/eventually'
import { startProcess } from '@lifeline/testing/processes'
import t from 'tap'
import { openRabbitmq } from '../../src/broker/rabbitmq/open.ts'
import { openDatabase } from '../../src/db/open.ts'
import { addMessages } from '../../src/db/outbox/add-messages.ts'
import { outboxBacklog } from '../../src/db/outbox/backlog.ts'
import { inTransaction } from '../../src/db/transaction.ts'
import { givenEvent, listLeases } from './given-outbox.ts'

const SUBJECTS = 240
const ROUNDS = 100
const WRITERS = 4
const MESSAGES = SUBJECTS * ROUNDS

t.test('three relay processes under load, of which one is killed and one stands still past its lease, keep every order', async (t) => {
  const environment = await databaseEnvironment(t, 'postgres')
  const BROKER_URL = await freshVhost(t)
  const db = await openDatabase(environment.DATABASE_URL ?? '')
  t.after(() => db.destroy())
  const broker = openRabbitmq(BROKER_URL)
  t.after(() => broker.close())

  /** By subject, the numbers of its messages as they came. */
  const arrived = new Map<string, number[]>()
  const unique = new Set<string>()
  broker.consume('coordinator:task.created', 1_000, async ({ messageId }, settle) => {
    const [subject = '', number = ''] = messageId.split('@')
    arrived.set(subject, [...(arrived.get(subject) ?? []), Number(number)])
    unique.add(messageId)
    await settle.ack()
  })
  await eventually(() => broker.health().connected)
  const start = () => startProcess(t, 'packages/backbone/test/outbox/relay-process.ts', { ...environment, BROKER_URL })
  const relays = [start(), start(), start()] as const
  await Promise.all(relays.map((relay) => relay.ready()))

  // Transactions overlap, so that rows with lower numbers appear behind higher ones of other subjects.
  const write = async (writer: number) => {
    for (let round = 0; round < ROUNDS; round++) {
      const messages = Array.from({ length: SUBJECTS / WRITERS }, (_, i) => {
        const subject = `task/${writer}-${i}`
        return givenEvent(`${subject}@${round}`, { subject })
      })
      await inTransaction(db, async (trx) => {
        await addMessages(trx, messages.slice(0, 30))
        if (round % 3 === writer % 3) await sleep(Math.random() * 20)
        await addMessages(trx, messages.slice(30))
      })
    }
  }
  const writing = Promise.all(Array.from({ length: WRITERS }, (_, writer) => write(writer)))
  await eventually(() => unique.size > MESSAGES / 4, { timeoutMs: 30_000 })
  await eventually(async () => new Set((await listLeases(db)).map(({ owner }) => owner)).size > 1, { timeoutMs: 20_000, everyMs: 5 }).catch(
    () => t.comment('one relay did it all'),
  )
  const [killed, still] = relays
  await killed.kill9()
  process.kill(still.pid, 'SIGSTOP')
  await writing
  await eventually(() => unique.size === MESSAGES, { timeoutMs: 40_000 })
  process.kill(still.pid, 'SIGCONT')
  await eventually(async () => (await outboxBacklog(db)).waiting === 0, { timeoutMs: 20_000 })
  // Whatever the one that stood still had in its buffers.
  await sleep(1_000)

  t.equal(arrived.size, SUBJECTS)
  const inOrder = Array.from({ length: ROUNDS }, (_, round) => round)
  for (const [subject, numbers] of arrived) {
    const firsts = numbers.filter((number, i) => numbers.indexOf(number) === i)
    if (String(firsts) !== String(inOrder)) t.strictSame(firsts, inOrder, subject)
  }
  const twice = [...arrived.values()].reduce((sum, numbers) => sum + numbers.length, 0) - MESSAGES
  t.comment(`${twice} of ${MESSAGES} came twice`)
  t.ok(twice <= 8_000, 'no more than two relays had on their way')
  t.equal(await relays[2].stop(), 0)
})
