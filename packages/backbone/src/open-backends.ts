import { setTimeout as sleep } from 'node:timers/promises'
import { openBroker } from './broker/open.ts'
import type { Broker } from './broker/port.ts'
import { type Relay, startRelay } from './broker/relay.ts'
import { checkReadiness } from './check-readiness.ts'
import { DatabaseRefusedError, DatabaseUnavailableError } from './db/errors.ts'
import { makeWriter, type Writer } from './db/group-commit.ts'
import { checkSchema } from './db/migrate.ts'
import { openDatabase } from './db/open.ts'
import type { Db } from './db/schema.ts'
import { databaseError } from './db/transaction.ts'
import type { Log } from './process/log.ts'
import type { Readiness } from './process/ops-server.ts'
import type { ProcessContext } from './process/run-process.ts'
import { whyOf } from './process/why-of.ts'

export interface Backends {
  db: Db
  broker: Broker
  relay: Relay
  /** Hot writes go through it; the relay hears of each commit. */
  writer: Writer
  readiness: () => Promise<Readiness>
}

export interface BackendConfig {
  DATABASE_URL: string
  BROKER_URL: string
  DATABASE_CONNECTIONS: number
  WRITE_BATCH: number
  WRITE_TRANSACTIONS: number
}

/** How a process shares its transactions, as configured. */
export function writerOptions({
  WRITE_BATCH: batch,
  WRITE_TRANSACTIONS: transactions,
}: Pick<BackendConfig, 'WRITE_BATCH' | 'WRITE_TRANSACTIONS'>) {
  return { batch, transactions }
}

/**
 * Opens what every process of its own needs, in the right order, and closes it in the reverse one: the database, once it
 * answers and has the schema; the broker; the relay of this process's outbox rows. Waits for a database that is away.
 */
export async function openBackends(
  name: string,
  config: BackendConfig,
  context: Pick<ProcessContext, 'log' | 'signal' | 'atEnd'>,
): Promise<Backends> {
  const { log, signal, atEnd } = context
  const onError = (err: Error) => log.warn({ err }, 'an idle database connection died')
  const db = await openDatabase(config.DATABASE_URL, { connections: config.DATABASE_CONNECTIONS, onError })
  atEnd(() => db.destroy())
  await waitForSchema(db, log, signal)
  const broker = await openBroker(config.BROKER_URL, { db, log, name: `lifeline ${name}` })
  atEnd(() => broker.close())
  const relay = startRelay({ db, broker, log })
  atEnd(() => relay.stop())
  const writer = makeWriter(db, { ...writerOptions(config), onCommit: relay.nudge })
  return { db, broker, relay, writer, readiness: () => checkReadiness(db, broker.health) }
}

const MAX_WAIT_MS = 10_000

/** Returns once the database has every migration this code needs; says what it is waiting for. Throws at the signal. */
export async function waitForSchema(db: Db, log: Log, signal: AbortSignal): Promise<void> {
  for (let waitMs = 500; ; waitMs = Math.min(waitMs * 2, MAX_WAIT_MS)) {
    const schema = await whenDatabaseAnswers(() => checkSchema(db), log, signal)
    if (schema.state === 'ready') return
    log.warn({ missing: schema.missing, againInMs: waitMs }, 'waiting for the schema: run npm run migrate')
    await sleep(waitMs, undefined, { signal })
  }
}

/** Runs `work`, and again with backoff as long as the database is away. Throws anything else, a refusal too, and at the signal. */
export async function whenDatabaseAnswers<T>(work: () => Promise<T>, log: Log, signal: AbortSignal): Promise<T> {
  for (let waitMs = 500; ; waitMs = Math.min(waitMs * 2, MAX_WAIT_MS)) {
    try {
      return await work()
    } catch (thrown) {
      const error = databaseError(thrown)
      if (!(error instanceof DatabaseUnavailableError) || error instanceof DatabaseRefusedError) throw error
      log.warn({ why: whyOf(error.cause), againInMs: waitMs }, 'waiting for the database')
    }
    await sleep(waitMs, undefined, { signal })
  }
}
