import { setTimeout as sleep } from 'node:timers/promises'
import { ENGINES, freshDatabase } from '@lifeline/testing/databases'
import { eventually } from '@lifeline/testing/eventually'
import t from 'tap'
import type { Broker } from '../../src/broker/port.ts'
import { measureOutbox } from '../../src/broker/relay/outbox-gauges.ts'
import { makeRelayStep } from '../../src/broker/relay/step.ts'
import { addMessages, type OutgoingMessage, shardOf } from '../../src/db/outbox/add-messages.ts'
import { alertMessage } from '../../src/db/outbox/alert.ts'
import { inTransaction } from '../../src/db/transaction.ts'
import { registry } from '../../src/process/metrics.ts'
import { CONFIRMED, givenEvent, givenOutbox, listLeases, listOutboxIds, log, refused, testBroker } from './given-outbox.ts'

for (const engine of ENGINES) {
  t.test(`${engine}: what the broker has confirmed is gone from the outbox`, async (t) => {
    const db = await freshDatabase(t, engine)
    const { broker, published } = testBroker()
    const step = makeRelayStep({ db, broker, log, owner: 'me' })
    await givenOutbox(db, 'a1', 'b1', 'a2')
    t.equal(await step(), false)
    t.strictSame(published, [['a1', 'b1', 'a2']])
    t.strictSame(await listOutboxIds(db), [])
  })

  t.test(`${engine}: a refused message stays, those of its subject wait behind it, and nobody else does`, async (t) => {
    const db = await freshDatabase(t, engine)
    let refusals = 2
    const { broker, published } = testBroker(({ messageId }) => (messageId === 'a2' && refusals-- > 0 ? refused() : CONFIRMED))
    const step = makeRelayStep({ db, broker, log, owner: 'me' })
    await givenOutbox(db, 'a1', 'b1', 'a2', 'a3', 'b2')
    await step()
    t.strictSame(await listOutboxIds(db), ['a2', 'a3'])
    await givenOutbox(db, 'b3', 'a4')
    await step()
    t.strictSame(published[1], ['b3'], 'the subject a is held back')
    await eventually(async () => {
      await step()
      return (await listOutboxIds(db)).length === 0
    })
    t.strictSame(published.slice(2), [
      ['a2', 'a3', 'a4'],
      ['a2', 'a3', 'a4'],
    ])
  })

  t.test(`${engine}: when nothing of a batch was taken, the step fails, so that the loop waits`, async (t) => {
    const db = await freshDatabase(t, engine)
    let isDown = true
    const { broker, published } = testBroker(() => (isDown ? refused() : CONFIRMED))
    const step = makeRelayStep({ db, broker, log, owner: 'me' })
    await givenOutbox(db, 'a1', 'b1')
    await t.rejects(step(), /refused by the test/)
    isDown = false
    await step()
    t.strictSame(published, [
      ['a1', 'b1'],
      ['a1', 'b1'],
    ])
    t.strictSame(await listOutboxIds(db), [])
  })

  t.test(`${engine}: a message that can never go is buried with its reason and one alert, and holds up nobody`, async (t) => {
    const db = await freshDatabase(t, engine)
    const alerts: OutgoingMessage[] = []
    const { broker } = testBroker((message) => {
      if (message.routingKey === 'alert.operations') alerts.push(message)
      return message.messageId === 'a1' ? refused(true) : CONFIRMED
    })
    const step = makeRelayStep({ db, broker, log, owner: 'me' })
    await givenOutbox(db, 'a1', 'a2')
    await step()
    const dead = await db.selectFrom('outbox_dead').selectAll().execute()
    t.match(dead, [{ message_id: 'a1', subject: 'task/a', routing_key: 'task.created', reason: 'refused by the test', body: '{}' }])
    t.equal(alerts.length, 1)
    t.match(JSON.parse(alerts[0]?.body ?? ''), { key: 'outbox-dead', detail: { messageId: 'a1', reason: 'refused by the test' } })
    t.strictSame(await listOutboxIds(db), [])
  })

  t.test(`${engine}: an alert that can never go raises no alert`, async (t) => {
    const db = await freshDatabase(t, engine)
    const { broker, published } = testBroker(() => refused(true))
    const step = makeRelayStep({ db, broker, log, owner: 'me' })
    await inTransaction(db, (trx) => addMessages(trx, [alertMessage({ key: 'k', severity: 'error', summary: 's', detail: {} })]))
    await step()
    await step()
    t.equal(published.length, 1)
    t.strictSame(await listOutboxIds(db), [])
    t.equal((await db.selectFrom('outbox_dead').select('seq').execute()).length, 1)
  })

  t.test(`${engine}: an event that nobody hears is done with, and counted`, async (t) => {
    const db = await freshDatabase(t, engine)
    const { broker } = testBroker(() => ({ kind: 'unheard' }))
    const step = makeRelayStep({ db, broker, log, owner: 'me' })
    const unheard = async () => {
      const { values = [] } = (await registry.getSingleMetric('events_unheard_total')?.get()) ?? {}
      return values.find(({ labels }) => labels.type === 'task.updated')?.value ?? 0
    }
    const before = await unheard()
    await inTransaction(db, (trx) =>
      addMessages(trx, [givenEvent('a1', { routingKey: 'task.updated' }), givenEvent('a2', { routingKey: 'task.updated' })]),
    )
    await step()
    t.strictSame(await listOutboxIds(db), [])
    t.equal((await unheard()) - before, 2)
  })

  t.test(`${engine}: more than a batch goes in several, in the order of each subject`, async (t) => {
    const db = await freshDatabase(t, engine)
    const { broker, published } = testBroker()
    const step = makeRelayStep({ db, broker, log, owner: 'me' })
    const ids = Array.from({ length: 1_100 }, (_, i) => `${'abc'[i % 3]}${i}`)
    await givenOutbox(db, ...ids)
    t.equal(await step(), false)
    t.ok(published.every((batch) => batch.length <= 500))
    for (const subject of 'abc') {
      const of = (list: string[]) => list.filter((id) => id.startsWith(subject))
      t.strictSame(of(published.flat()), of(ids))
    }
    t.strictSame([await listOutboxIds(db), await listLeases(db)], [[], []])
  })

  t.test(`${engine}: while the broker is away nothing is read, and no shard is taken`, async (t) => {
    const db = await freshDatabase(t, engine)
    const { broker, published, setConnected } = testBroker()
    const step = makeRelayStep({ db, broker, log, owner: 'me' })
    setConnected(false)
    await givenOutbox(db, 'a1')
    t.equal(await step(), false)
    t.strictSame([published, await listLeases(db)], [[], []])
    setConnected(true)
    await step()
    t.strictSame(published, [['a1']])
  })

  t.test(`${engine}: a scrape tells how many messages wait, and since when`, async (t) => {
    const db = await freshDatabase(t, engine)
    const unmeasure = measureOutbox(db)
    t.after(unmeasure)
    const scrape = async (name: string) => (await registry.getSingleMetric(name)?.get())?.values[0]?.value
    t.strictSame([await scrape('outbox_waiting'), await scrape('outbox_oldest_seconds')], [0, 0])
    await inTransaction(db, (trx) => addMessages(trx, [givenEvent('a1'), givenEvent('a2')], new Date(Date.now() - 60_000)))
    t.equal(await scrape('outbox_waiting'), 2)
    const age = (await scrape('outbox_oldest_seconds')) ?? 0
    t.ok(age >= 60 && age < 120, `${age} s`)
  })
}

t.test('with more to do than fits a batch, those of different shards are on their way together', async (t) => {
  const db = await freshDatabase(t, 'postgres')
  const { broker } = testBroker()
  const onTheirWay: Set<number>[] = []
  let most = 0
  let overlaps = false
  const slow: Broker = {
    ...broker,
    async publish(messages, options) {
      const shards = new Set(messages.map(({ subject }) => shardOf(subject)))
      if (onTheirWay.some((others) => !others.isDisjointFrom(shards))) overlaps = true
      most = Math.max(most, onTheirWay.push(shards))
      await sleep(100)
      onTheirWay.splice(onTheirWay.indexOf(shards), 1)
      return await broker.publish(messages, options)
    },
  }
  const subjects = 'abcdefgh'
  for (let i = 0; i < 250; i++) await givenOutbox(db, ...[...subjects].map((subject) => `${subject}${i}`))
  await makeRelayStep({ db, broker: slow, log, owner: 'me' })()
  t.equal(overlaps, false, 'never two of one shard')
  t.equal(most, 4)
})

t.test('a relay that cannot reach the broker any more leaves its shards to others', async (t) => {
  const db = await freshDatabase(t, 'pglite')
  const { broker, setConnected } = testBroker(() => refused())
  const step = makeRelayStep({ db, broker, log, owner: 'me' })
  await givenOutbox(db, 'a1')
  await t.rejects(step())
  t.equal((await listLeases(db)).length, 1)
  setConnected(false)
  await step()
  t.strictSame(await listLeases(db), [])
})
