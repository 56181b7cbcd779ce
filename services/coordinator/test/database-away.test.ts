import { openEmbedded } from '@lifeline/backbone/broker/embedded/open'
import { makeWriter } from '@lifeline/backbone/db/group-commit'
import { openDatabase } from '@lifeline/backbone/db/open'
import { systemClock } from '@lifeline/backbone/process/clock'
import { makeLog } from '@lifeline/backbone/process/log'
import { freshDatabaseUrl } from '@lifeline/testing/databases'
import { eventually } from '@lifeline/testing/eventually'
import { startProxy } from '@lifeline/testing/tcp-proxy'
import t from 'tap'
import { startCoordinator } from '../src/start-coordinator.ts'
import { givenEvent } from './given-event.ts'

t.test('while the database is away an event waits in hand, and that uses up none of its tries', async (t) => {
  const url = await freshDatabaseUrl(t, 'postgres')
  const proxy = await startProxy(t, url)
  // Its queues are still there, as those of RabbitMQ would be.
  const [direct, away] = [await openDatabase(url), await openDatabase(proxy.url)]
  t.after(() => Promise.all([direct.destroy(), away.destroy()]))
  const waits: unknown[] = []
  const log = makeLog('coordinator', 'info', { write: (line) => void waits.push(JSON.parse(line)) })
  const broker = openEmbedded(direct, { log })
  const coordinator = startCoordinator({ db: away, broker, log, writer: makeWriter(away), clock: systemClock })
  t.after(() => coordinator.stop())

  proxy.down()
  await broker.publish([givenEvent('moved')])
  await eventually(() => waits.length > 0)
  t.match(waits, [{ level: 40, msg: /the database is away: the message waits in hand/ }])
  t.match(await direct.selectFrom('deliveries').selectAll().execute(), [
    { queue: 'coordinator:status.updated', redeliveries: 0, claimed_by: String },
  ])
  proxy.up()
  await eventually(async () => (await direct.selectFrom('deliveries').selectAll().execute()).length === 0)
  t.equal((await direct.selectFrom('notifications').selectAll().execute()).length, 2)
  t.equal(waits.length, 1, 'no retry, no dead letter')
})
