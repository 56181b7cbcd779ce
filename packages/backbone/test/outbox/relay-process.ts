/** A process with nothing but a relay, on DATABASE_URL and BROKER_URL. */
import { openBroker } from '../../src/broker/open.ts'
import { startRelay } from '../../src/broker/relay.ts'
import { openDatabase } from '../../src/db/open.ts'
import { log } from './given-outbox.ts'

const db = await openDatabase(process.env.DATABASE_URL ?? '')
const broker = await openBroker(process.env.BROKER_URL ?? '', { db, log, name: 'relay of a test' })
const relay = startRelay({ db, broker, log })
console.log(JSON.stringify({ msg: 'ready' }))
process.once('SIGTERM', async () => {
  await relay.stop()
  await broker.close()
  await db.destroy()
})
