import { fragments } from '../dialect/fragments.ts'
import { NotFoundError } from '../errors.ts'
import type { Db } from '../schema.ts'
import { reading } from '../transaction.ts'
import { type ReportRow, toReportRow } from './report.ts'

/** Reports by id, deleted ones left out, in no particular order. */
export async function findReports(db: Db, ids: readonly string[]): Promise<ReportRow[]> {
  if (ids.length === 0) return []
  const isAsked = fragments(db).anyOf('reports', 'id', ids)
  return (await db.selectFrom('reports').selectAll().where(isAsked).where('deleted_at', 'is', null).execute()).map(toReportRow)
}

/** One report by id. Throws NotFoundError when there is none, or it is deleted. */
export async function getReport(db: Db, id: string): Promise<ReportRow> {
  const [report] = await reading(() => findReports(db, [id]))
  if (report === undefined) throw new NotFoundError(`report ${id}`)
  return report
}

/** Which of these names (as `nameKey` writes them) a living report has, and its id. */
export async function takenNames(db: Db, keys: readonly string[]): Promise<Map<string | null, string>> {
  if (keys.length === 0) return new Map()
  const isWanted = fragments(db).anyOf('reports', 'name_key', keys)
  const rows = await db.selectFrom('reports').select(['id', 'name_key']).where(isWanted).execute()
  return new Map(rows.map(({ id, name_key }) => [name_key, id]))
}

/** Living reports, newest first. */
export async function listReports(db: Db, { limit, afterId }: { limit: number; afterId?: string }): Promise<ReportRow[]> {
  let query = db.selectFrom('reports').selectAll().where('deleted_at', 'is', null)
  if (afterId !== undefined) query = query.where('id', '<', afterId)
  return (await reading(() => query.orderBy('id', 'desc').fetch(limit).execute())).map(toReportRow)
}
