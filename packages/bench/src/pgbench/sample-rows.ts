import type { Db } from '@lifeline/backbone/db/schema'
import { freePort } from '@lifeline/testing/free-ports'
import { sql } from 'kysely'
import type { Bench } from '../bench.ts'
import { NEW_TASK, personAddress } from '../load/requests.ts'
import { API_KEY, startApi } from '../services.ts'
import type { Row } from './expressions.ts'

/** The rows of one change, as our own code has written them. */
export interface SampleRows {
  task: Row & { id: string; assignee: string }
  log: Row
  /** Without `seq`, which the database makes. */
  message: Row
}

/**
 * What the API writes for the creation of one task, and for its move; the database is left as empty as it was. The API
 * runs without a broker, so that the messages stay in the outbox.
 */
export async function sampleRows(bench: Bench, databaseUrl: string, db: Db): Promise<{ created: SampleRows; moved: SampleRows }> {
  const nobody = `amqp://127.0.0.1:${await freePort()}`
  const api = await startApi(bench, { DATABASE_URL: databaseUrl, BROKER_URL: nobody })
  const { id } = await call(api.url, 'POST', '/tasks', { ...NEW_TASK, assignee: personAddress(0) })
  const created = await newestRows(db)
  await call(api.url, 'PATCH', `/tasks/${id}/status`, { status: 'InProgress' })
  const moved = await newestRows(db)
  await api.stop()
  await sql`truncate tasks, task_labels, task_logs, outbox`.execute(db)
  return { created, moved }
}

async function call(url: string, method: string, path: string, body: unknown): Promise<{ id: string }> {
  const headers = { authorization: `Bearer ${API_KEY}`, 'content-type': 'application/json' }
  const response = await fetch(url + path, { method, headers, body: JSON.stringify(body) })
  if (!response.ok) throw new Error(`${method} ${path} was answered ${response.status}: ${await response.text()}`)
  return (await response.json()) as { id: string }
}

async function newestRows(db: Db): Promise<SampleRows> {
  const task = await db.selectFrom('tasks').selectAll().executeTakeFirstOrThrow()
  const log = await db.selectFrom('task_logs').selectAll().orderBy('version', 'desc').limit(1).executeTakeFirstOrThrow()
  const { seq: _, ...message } = await db.selectFrom('outbox').selectAll().orderBy('seq', 'desc').limit(1).executeTakeFirstOrThrow()
  return { task, log, message }
}
