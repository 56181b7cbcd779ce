import type { Db } from '@lifeline/backbone/db/schema'

const toRecord = (rows: { name: string; count: number }[]) => Object.fromEntries(rows.map(({ name, count }) => [name, count]))

/** Log rows by action: what really happened, whoever did it. */
export async function countLogs(db: Db): Promise<Record<string, number>> {
  const query = db.selectFrom('task_logs').select((eb) => ['action as name', eb.fn.countAll<number>().as('count')])
  return toRecord(await query.groupBy('action').execute())
}

export async function countStatuses(db: Db): Promise<Record<string, number>> {
  const query = db.selectFrom('tasks').select((eb) => ['status as name', eb.fn.countAll<number>().as('count')])
  return toRecord(await query.groupBy('status').orderBy('status').execute())
}

/** Sent mails by template. */
export async function countMails(db: Db): Promise<Record<string, number>> {
  const query = db.selectFrom('notifications').select((eb) => ['template as name', eb.fn.countAll<number>().as('count')])
  return toRecord(await query.where('status', '=', 'Sent').groupBy('template').orderBy('template').execute())
}
