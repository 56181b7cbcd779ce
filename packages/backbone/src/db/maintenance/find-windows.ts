import { fragments } from '../dialect/fragments.ts'
import { NotFoundError } from '../errors.ts'
import { readTogether } from '../read-together.ts'
import type { Db } from '../schema.ts'
import { reading } from '../transaction.ts'
import { isAt, toWindowRow, type WindowRow } from './window.ts'

/** Windows by id, deleted ones left out, in no particular order. */
export async function findWindows(db: Db, ids: readonly string[]): Promise<WindowRow[]> {
  if (ids.length === 0) return []
  const isAsked = fragments(db).anyOf('maintenance_windows', 'id', ids)
  return (await db.selectFrom('maintenance_windows').selectAll().where(isAsked).where('deleted_at', 'is', null).execute()).map(toWindowRow)
}

/** One window by id. Throws NotFoundError when there is none, or it is deleted. */
export async function getWindow(db: Db, id: string): Promise<WindowRow> {
  const [window] = await reading(() => findWindows(db, [id]))
  if (window === undefined) throw new NotFoundError(`maintenance window ${id}`)
  return window
}

/**
 * Windows that may cover an instant from `first` to `last`, whatever they are for. What counts is their time, not whether
 * the clock has moved their status yet.
 */
export async function listWindowsAt(db: Db, first: Date, last: Date): Promise<WindowRow[]> {
  const query = db.selectFrom('maintenance_windows').selectAll().where('status', 'in', ['Scheduled', 'Active'])
  return (await query.where('starts_at', '<=', last).where('ends_at', '>', first).where('deleted_at', 'is', null).execute()).map(
    toWindowRow,
  )
}

/** The windows that cover an instant (RFC 3339), whatever they are for. */
export const findWindowsAt = readTogether<WindowRow[]>(async (db, instants) => {
  const times = instants.map((instant) => Date.parse(instant))
  const windows = await listWindowsAt(db, new Date(Math.min(...times)), new Date(Math.max(...times)))
  return new Map(instants.map((instant) => [instant, windows.filter((window) => isAt(window, new Date(instant)))]))
})

/** Living windows, newest first. */
export async function listWindows(db: Db, { limit, afterId }: { limit: number; afterId?: string }): Promise<WindowRow[]> {
  let query = db.selectFrom('maintenance_windows').selectAll().where('deleted_at', 'is', null)
  if (afterId !== undefined) query = query.where('id', '<', afterId)
  return (await reading(() => query.orderBy('id', 'desc').fetch(limit).execute())).map(toWindowRow)
}
