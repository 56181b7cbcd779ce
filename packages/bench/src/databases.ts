import { openDatabase } from '@lifeline/backbone/db/open'
import type { Db } from '@lifeline/backbone/db/schema'
import { fillTasks } from '@lifeline/testing/fill-tasks'
import { copyDatabase, makeTemplateDatabase } from '@lifeline/testing/template-databases'
import { sql } from 'kysely'

import type { Scope } from './scope.ts'

export interface Databases {
  /** The address of a new, migrated, empty database. */
  empty(): Promise<string>
  /** One with so many tasks, which all figures of the run share. Filling takes a while. */
  filled(tasks: number): Promise<string>
  /** Of the server. */
  version(): Promise<string>
}

const TEMPLATE = 'bench_template'

export function makeDatabases(server: string): Databases {
  let count = 0
  let template: Promise<void> | undefined
  const filled = new Map<number, Promise<string>>()

  async function empty(): Promise<string> {
    template ??= makeTemplateDatabase(server, TEMPLATE)
    await template
    return await copyDatabase(server, TEMPLATE, `bench_${++count}`)
  }
  async function fill(tasks: number): Promise<string> {
    const url = await empty()
    const db = await openDatabase(url, { connections: 1 })
    try {
      await sql`set statement_timeout = 0`.execute(db)
      await sql`set synchronous_commit = off`.execute(db)
      await fillTasks(db, tasks)
    } finally {
      await db.destroy()
    }
    return url
  }
  return {
    empty,
    filled(tasks) {
      const url = filled.get(tasks) ?? fill(tasks)
      filled.set(tasks, url)
      return url
    },
    async version() {
      const db = await openDatabase(server, { connections: 1 })
      const { rows } = await sql<{ server_version: string }>`show server_version`.execute(db)
      await db.destroy()
      return rows[0]?.server_version ?? 'unknown'
    },
  }
}

/** Connections of the bench's own. */
export async function watchDatabase(scope: Scope, url: string, connections = 2): Promise<Db> {
  const db = await openDatabase(url, { connections })
  scope.after(() => db.destroy())
  return db
}

export async function countRows(db: Db, table: 'tasks' | 'task_logs' | 'outbox' | 'notifications', where = 'true'): Promise<number> {
  const { rows } = await sql<{ count: number }>`select count(*) as count from ${sql.table(table)} where ${sql.raw(where)}`.execute(db)
  return rows[0]?.count ?? 0
}

/** Throws away what no relay has published yet. */
export async function emptyOutbox(db: Db): Promise<void> {
  await sql`truncate outbox`.execute(db)
}
