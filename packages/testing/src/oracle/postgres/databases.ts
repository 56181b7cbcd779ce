import pg from 'pg'
import { installPackages } from '../../apt-packages.ts'
import { findInstalled } from '../../installed-program.ts'
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

/** The run's own PostgreSQL if orafce is installed for it, else one more that has it; in CI it is installed now. */
export async function orafceServer(running: string | undefined): Promise<OrafceServer> {
  const found = (await findServer(running)) ?? ((await installOrafce()) ? await findServer(running) : undefined)
  if (found !== undefined) return found
  throw new Error('The Oracle tests need PostgreSQL with orafce, such as: apt-get install postgresql-15 postgresql-15-orafce.')
}

async function findServer(running: string | undefined): Promise<OrafceServer | undefined> {
  if (running !== undefined && (await hasOrafce(running))) return { url: running, dispose: async () => {} }
  // The run's own may be npm's, or somebody else's.
  if (installedMajor() === undefined) return undefined
  const own = await startPostgres()
  if (await hasOrafce(own.url)) return own
  await own.dispose()
}

async function installOrafce(): Promise<boolean> {
  if (installedMajor() === undefined && !(await installPackages('postgresql'))) return false
  return await installPackages(`postgresql-${installedMajor()}-orafce`)
}

/** The version that Debian's and Ubuntu's packages go by. */
function installedMajor(): string | undefined {
  return /\/postgresql\/(\d+)\//.exec(findInstalled('initdb', ['/usr/lib/postgresql/*/bin']) ?? '')?.[1]
}

function withName(url: string, name: string): string {
  const changed = new URL(url)
  changed.pathname = `/${name}`
  return changed.href
}

/** An empty database that looks, with orafce's help, like a new Oracle user's schema. */
export async function createOrafceDatabase(url: string, name: string): Promise<void> {
  await query(url, `create database "${name}"`)
  // PostgreSQL has no synonyms.
  const synonyms = 'create view oracle.user_synonyms as select null::text as synonym_name where false'
  await query(withName(url, name), 'create extension orafce', synonyms)
}

export async function copyOrafceDatabase(url: string, template: string, name: string): Promise<void> {
  await query(url, `create database "${name}" template "${template}"`)
}

export async function dropOrafceDatabase(url: string, name: string): Promise<void> {
  await query(url, `drop database if exists "${name}" with (force)`)
}
