import type { Db } from '@lifeline/backbone/db/schema'
import { addTasks } from '@lifeline/backbone/db/tasks/add-tasks'
import { changeTasks } from '@lifeline/backbone/db/tasks/change-tasks'
import { inTransaction } from '@lifeline/backbone/db/transaction'
import { sql } from 'kysely'
import { NEW_TASK, personAddress } from '../load/requests.ts'
import type { Row } from './expressions.ts'

/** The rows of one change, as our own code has written them. */
export interface SampleRows {
  task: Row & { id: string; assignee: string }
  log: Row
  /** Without `seq`, which the database makes. */
  message: Row
}

const TRACEPARENT = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'
const ACTOR = 'key:bench'

/** What creating one task, and moving it, writes; the database is left as empty as it was. */
export async function sampleRows(db: Db): Promise<{ created: SampleRows; moved: SampleRows }> {
  const now = new Date()
  const common = { actor: ACTOR, now, traceparent: TRACEPARENT }
  const task = { ...NEW_TASK, assignee: personAddress(0), dueAt: new Date(NEW_TASK.dueAt), ...common }
  await inTransaction(db, (trx) => addTasks(trx, [task]))
  const created = await newestRows(db)
  const command = { do: 'move', to: 'InProgress', reason: null } as const
  await inTransaction(db, (trx) => changeTasks(trx, [{ id: created.task.id, command, ...common }]))
  const moved = await newestRows(db)
  await sql`truncate tasks, task_labels, task_logs, outbox`.execute(db)
  return { created, moved }
}

async function newestRows(db: Db): Promise<SampleRows> {
  const task = await db.selectFrom('tasks').selectAll().executeTakeFirstOrThrow()
  const log = await db.selectFrom('task_logs').selectAll().orderBy('version', 'desc').limit(1).executeTakeFirstOrThrow()
  const { seq: _, ...message } = await db.selectFrom('outbox').selectAll().orderBy('seq', 'desc').limit(1).executeTakeFirstOrThrow()
  return { task, log, message }
}
