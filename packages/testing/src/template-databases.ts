import { migrate } from '@lifeline/backbone/db/migrate'
import { openDatabase } from '@lifeline/backbone/db/open'
import { sql } from 'kysely'

async function onServer(url: string, statements: string[]): Promise<void> {
  const db = await openDatabase(url, { connections: 1 })
  try {
    // None of these may run in a transaction.
    for (const statement of statements) await sql.raw(statement).execute(db)
  } finally {
    await db.destroy()
  }
}

function withName(url: string, name: string): string {
  const changed = new URL(url)
  changed.pathname = `/${name}`
  return changed.href
}

async function migrated(url: string): Promise<void> {
  // With more than one connection: migrate holds its lock on one and works on another.
  const db = await openDatabase(url)
  try {
    await migrate(db)
  } finally {
    await db.destroy()
  }
}

/** Makes a migrated, empty database `name` to copy from. Nobody can connect to it, for a copy waits for who is connected. */
export async function makeTemplateDatabase(server: string, name: string): Promise<void> {
  await onServer(server, [`create database ${name}`])
  await migrated(withName(server, name))
  await onServer(server, [`alter database ${name} with allow_connections false`])
}

/** The same as a PGlite folder. */
export async function makePgliteTemplate(folder: string): Promise<void> {
  await migrated(`pglite:${folder}`)
}

export async function copyDatabase(server: string, template: string, name: string): Promise<string> {
  await onServer(server, [`create database ${name} template ${template}`])
  return withName(server, name)
}

export async function dropDatabase(server: string, name: string): Promise<void> {
  await onServer(server, [`drop database if exists ${name} with (force)`])
}
