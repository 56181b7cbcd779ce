import type { Db } from '@lifeline/backbone/db/schema'
import type { Bench } from '../bench.ts'
import { countRows } from '../databases.ts'
import type { Side } from '../figure.ts'
import { NO_PGBENCH, runPgbench } from './run-pgbench.ts'

const CLIENTS = [8, 16, 32, 64]
const TRY_SECONDS = 1
const SECONDS = 2

interface PgbenchOptions {
  name: string
  url: string
  /** Of the same database. */
  db: Db
  /** Where each transaction leaves one row. */
  table: 'tasks' | 'task_logs'
  scriptFor: (clients: number) => string
}

/** pgbench at its best number of clients, which is found here. */
export async function pgbenchSide(bench: Bench, { name, url, db, table, scriptFor }: PgbenchOptions): Promise<Side> {
  if (bench.pgbench === undefined) return { name, measure: () => Promise.reject(new Error(NO_PGBENCH)), unavailable: NO_PGBENCH }
  const run = async (clients: number, seconds: number) => {
    const before = await countRows(db, table)
    const result = await runPgbench(bench, { url, script: scriptFor(clients), clients, seconds })
    const added = (await countRows(db, table)) - before
    if (added !== result.transactions) throw new Error(`${result.transactions} transactions left ${added} rows in ${table}.`)
    return result.perSecond
  }
  let best = { clients: 0, perSecond: 0 }
  for (const clients of CLIENTS) {
    const perSecond = await run(clients, TRY_SECONDS)
    bench.say(`${name} with ${clients} clients: ${Math.round(perSecond).toLocaleString('en')} /s`)
    if (perSecond > best.perSecond) best = { clients, perSecond }
  }
  return { name, measure: async () => ({ '/s': await run(best.clients, SECONDS), clients: best.clients }) }
}
