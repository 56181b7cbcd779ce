import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Bench } from '../bench.ts'

export interface PgbenchResult {
  perSecond: number
  transactions: number
}

/** Runs a script of pgbench, each statement prepared, for some seconds. `perSecond` leaves the time for connecting out. */
export async function runPgbench(
  { pgbench, folder, signal }: Bench,
  { url, script, clients, seconds }: { url: string; script: string; clients: number; seconds: number },
): Promise<PgbenchResult> {
  if (pgbench === undefined) throw new Error(NO_PGBENCH)
  const file = join(folder, `${randomBytes(4).toString('hex')}.sql`)
  writeFileSync(file, script)
  const { hostname, port, username, pathname } = new URL(url)
  const server = ['-h', hostname, '-p', port, '-U', username]
  const load = ['-n', '-M', 'prepared', '-c', String(clients), '-j', '2', '-T', String(seconds), '-f', file]
  const { stdout } = await promisify(execFile)(pgbench, [...server, ...load, pathname.slice(1)], { signal, env: { LC_ALL: 'C' } })
  return readPgbench(stdout)
}

export const NO_PGBENCH =
  'the PostgreSQL that runs here brings no pgbench: install PostgreSQL with it (on Debian apt-get install postgresql)'

/** Throws when not all transactions succeeded. */
export function readPgbench(output: string): PgbenchResult {
  const perSecond = Number(/^tps = ([\d.]+)/m.exec(output)?.[1])
  const transactions = Number(/^number of transactions actually processed: (\d+)/m.exec(output)?.[1])
  const failed = Number(/^number of failed transactions: (\d+)/m.exec(output)?.[1] ?? 0)
  if (!(perSecond > 0 && transactions > 0 && failed === 0)) throw new Error(`pgbench did not do its work:\n${output}`)
  return { perSecond, transactions }
}
