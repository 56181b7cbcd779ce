import { existsSync } from 'node:fs'
import { totalmem } from 'node:os'
import { dirname, join } from 'node:path'
import { vhostUrl } from '@lifeline/testing/brokers'
import { type PostgresServer, startPostgres } from '@lifeline/testing/postgres'
import { findPostgres } from '@lifeline/testing/postgres-programs'
import { type RabbitmqServer, startRabbitmq } from '@lifeline/testing/rabbitmq'
import { makeTempFolder, removeTempFolder } from '@lifeline/testing/temp-folder'
import { type Databases, makeDatabases } from './databases.ts'
import { type LoadDriver, startLoadDriver } from './load/load-driver.ts'
import { prepareWal, WAL_MB } from './prepare-wal.ts'
import type { Scope } from './scope.ts'

/** What figures get: servers of the run, and a scope for what they start themselves. */
export interface Bench {
  /** Closed when the figure has ended. */
  scope: Scope
  /** Aborted by Ctrl-C. */
  signal: AbortSignal
  /** Tells whoever watches. */
  say(text: string): void
  /** For logs and scripts; removed at the end. */
  folder: string
  postgres: PostgresServer
  databases: Databases
  /** The path of pgbench, if the PostgreSQL that runs here brings one. */
  pgbench: string | undefined
  /** The address of a new, empty virtual host on the broker. */
  vhost(): Promise<string>
  load: LoadDriver
  /** How long `memory` keeps up its load. */
  minutes: number
}

/**
 * What anybody would set who runs PostgreSQL for this: memory for the pages in use, and no checkpoint in the middle of a
 * window. fsync and synchronous_commit stay on, as they are by default. The same for us and for pgbench.
 */
const POSTGRES = {
  shared_buffers: `${Math.floor(Math.min(totalmem() / 4, 1024 ** 3) / 1024 ** 2)}MB`,
  max_wal_size: '8GB',
  min_wal_size: `${WAL_MB}MB`,
  checkpoint_timeout: '30min',
}

/** Starts the private servers and the load driver; `scope` ends them. */
export async function openBench(scope: Scope, options: Pick<Bench, 'signal' | 'say' | 'minutes'>): Promise<Omit<Bench, 'scope'>> {
  const folder = makeTempFolder('bench')
  scope.after(() => removeTempFolder(folder))
  const programs = await findPostgres(folder)
  const pgbench = join(dirname(programs.postgres), 'pgbench')
  const starting = [startPostgres({ durable: true, programs, settings: POSTGRES }), startRabbitmq()] as const
  for (const server of starting)
    server.then(
      ({ dispose }) => scope.after(dispose),
      () => {},
    )
  const [postgres, broker] = await Promise.all(starting)
  await prepareWal(postgres.url)
  return {
    ...options,
    folder,
    postgres,
    databases: makeDatabases(postgres.url),
    pgbench: existsSync(pgbench) ? pgbench : undefined,
    vhost: () => addVhost(broker),
    load: startLoadDriver(scope),
  }
}

let vhosts = 0

async function addVhost(broker: RabbitmqServer): Promise<string> {
  const name = `bench-${++vhosts}`
  await broker.addVhost(name)
  return vhostUrl(broker.url, name)
}
