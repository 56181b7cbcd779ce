import { fragments } from '../dialect/fragments.ts'
import { NotFoundError } from '../errors.ts'
import { readTogether } from '../read-together.ts'
import type { Db } from '../schema.ts'
import { reading } from '../transaction.ts'
import type { End } from './decide.ts'
import { type IncidentRow, toIncidentRow } from './incident.ts'
import { ACTIVE_STATUSES, RESOLUTIONS, type Resolution } from './status.ts'

/** Incidents by id, in no particular order. */
export async function findIncidents(db: Db, ids: readonly string[]): Promise<IncidentRow[]> {
  if (ids.length === 0) return []
  const isAsked = fragments(db).anyOf('incidents', 'id', ids)
  return (await db.selectFrom('incidents').selectAll().where(isAsked).execute()).map(toIncidentRow)
}

/** One incident by id. Throws NotFoundError when there is none. */
export async function getIncident(db: Db, id: string): Promise<IncidentRow> {
  const [incident] = await reading(() => findIncidents(db, [id]))
  if (incident === undefined) throw new NotFoundError(`incident ${id}`)
  return incident
}

/** Those of these schedulers that are not Resolved. */
export async function findActive(db: Db, schedulerIds: readonly string[]): Promise<IncidentRow[]> {
  if (schedulerIds.length === 0) return []
  const isOurs = fragments(db).anyOf('incidents', 'scheduler_id', schedulerIds)
  const query = db.selectFrom('incidents').selectAll().where(isOurs)
  return (await query.where('status', 'in', [...ACTIVE_STATUSES]).execute()).map(toIncidentRow)
}

/** The one of a scheduler that is not Resolved, the newest if news of an end is still on its way; undefined when there is none. */
export const findActiveOf = readTogether<IncidentRow>(async (db, schedulerIds) => {
  const rows = (await findActive(db, schedulerIds)).sort((a, b) => (a.id < b.id ? -1 : 1))
  return new Map(rows.map((row) => [row.scheduler_id, row]))
})

export interface Opening {
  schedulerId: string
  /** The scheduler's version that went Down. */
  version: number
}

export const openingText = ({ schedulerId, version }: Opening) => `${schedulerId}@${version}`

/** Which of these have an incident, as `openingText` writes them. */
export async function findOpened(db: Db, openings: readonly Opening[]): Promise<Set<string>> {
  if (openings.length === 0) return new Set()
  const { anyOf } = fragments(db)
  const rows = await db
    .selectFrom('incidents')
    .select(['scheduler_id', 'opened_by_version'])
    .where(
      anyOf(
        'incidents',
        'scheduler_id',
        openings.map(({ schedulerId }) => schedulerId),
      ),
    )
    .where(
      anyOf(
        'incidents',
        'opened_by_version',
        openings.map(({ version }) => version),
      ),
    )
    .execute()
  return new Set(rows.map(({ scheduler_id, opened_by_version }) => openingText({ schedulerId: scheduler_id, version: opened_by_version })))
}

/** How a scheduler's being Down ended, from its log, which knows before any event of it comes; undefined while it goes on. */
export async function findEnd(db: Db, { schedulerId, version }: Opening): Promise<End | undefined> {
  const row = await db
    .selectFrom('scheduler_logs')
    .select(['at', 'action'])
    .where('scheduler_id', '=', schedulerId)
    .where('version', '>', version)
    .where('action', 'in', [...RESOLUTIONS])
    .orderBy('version')
    .fetch(1)
    .executeTakeFirst()
  return row === undefined ? undefined : { at: row.at, how: row.action as Resolution }
}

/** Open incidents that nobody was told of because of what their scheduler depends on, when that is this one. */
export async function listDependents(db: Db, parentId: string): Promise<string[]> {
  const query = db.selectFrom('incidents').innerJoin('schedulers', 'schedulers.id', 'incidents.scheduler_id')
  const rows = await reading(() =>
    query
      .select('incidents.id')
      .where('incidents.suppressed', '=', 'dependency')
      .where('incidents.status', '=', 'Open')
      .where('schedulers.depends_on', 'like', `%${parentId}%`)
      .execute(),
  )
  return rows.map(({ id }) => id)
}

/** The same because of a maintenance window. */
export async function listSilenced(db: Db, windowId: string): Promise<string[]> {
  const query = db
    .selectFrom('incidents')
    .select('id')
    .where('window_id', '=', windowId)
    .where('suppressed', '=', 'maintenance')
    .where('status', '=', 'Open')
  return (await reading(() => query.execute())).map(({ id }) => id)
}
