import pg from 'pg'
import { installPackages } from '../../apt-packages.ts'
import { startPostgres } from '../../postgres.ts'

async function query(url: string, ...statements: string[]): Promise<unknown[]> {
  const client = new pg.Client(url)
  await client.connect()
  try {
    let rows: unknown[] = []
    // None of these may run in a transaction.
    for (const statement of statements) rows = (await client.query(statement)).rows
    return rows
  } finally {
    await client.end()
  }
}

async function hasOrafce(url: string): Promise<boolean> {
  return (await query(url, `select 1 from pg_available_extensions where name = 'orafce'`)).length > 0
}

export interface OrafceServer {
  url: string
  dispose(): Promise<void>
}

/** The run's own PostgreSQL if orafce is installed for it; in CI it is installed now. */
export async function orafceServer(running: string | undefined): Promise<OrafceServer> {
  const borrowed = { dispose: async () => {} }
  if (running !== undefined && (await hasOrafce(running))) return { url: running, ...borrowed }
  const major = running === undefined ? '15' : await majorOf(running)
  await installPackages('postgresql', `postgresql-${major}-orafce`)
  if (running !== undefined && (await hasOrafce(running))) return { url: running, ...borrowed }
  const own = await startPostgres()
  if (await hasOrafce(own.url)) return own
  await own.dispose()
  throw new Error(`The Oracle tests need PostgreSQL with orafce: apt-get install postgresql-${major} postgresql-${major}-orafce.`)
}

async function majorOf(url: string): Promise<string> {
  const [row] = (await query(url, 'show server_version_num')) as { server_version_num: string }[]
  return String(Math.trunc(Number(row?.server_version_num ?? 150_000) / 10_000))
}

function withName(url: string, name: string): string {
  const changed = new URL(url)
  changed.pathname = `/${name}`
  return changed.href
}

/** An empty database that looks, with orafce's help, like a new Oracle user's schema. */
export async function createOrafceDatabase(url: string, name: string): Promise<void> {
  await query(url, `create database "${name}"`)
  await query(withName(url, name), 'create extension orafce')
}

export async function copyOrafceDatabase(url: string, template: string, name: string): Promise<void> {
  await query(url, `create database "${name}" template "${template}"`)
}

export async function dropOrafceDatabase(url: string, name: string): Promise<void> {
  await query(url, `drop database if exists "${name}" with (force)`)
}
