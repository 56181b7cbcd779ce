import { NotFoundError } from '../errors.ts'
import type { Db } from '../schema.ts'
import { reading } from '../transaction.ts'
import { type IncidentRow, toIncidentRow } from './incident.ts'
import type { IncidentStatus } from './status.ts'

/** What an incident must be like to be listed; a field that is absent asks nothing. */
export interface IncidentFilter {
  /** One of these. */
  status?: readonly IncidentStatus[]
  schedulerId?: string
  /** Of schedulers that one of these principals has made. */
  owners?: readonly string[] | undefined
}

export interface IncidentPage {
  limit: number
  /** Only incidents older than this one: the last of the page before. */
  afterId?: string
}

/** Incidents that match, newest first. */
export async function listIncidents(db: Db, filter: IncidentFilter, { limit, afterId }: IncidentPage): Promise<IncidentRow[]> {
  const { status, schedulerId, owners } = filter
  let query = db.selectFrom('incidents').selectAll()
  if (status !== undefined) query = query.where('status', 'in', status)
  if (schedulerId !== undefined) query = query.where('scheduler_id', '=', schedulerId)
  if (owners !== undefined) query = query.where('created_by', 'in', owners)
  if (afterId !== undefined) query = query.where('id', '<', afterId)
  return (await reading(() => query.orderBy('id', 'desc').fetch(limit).execute())).map(toIncidentRow)
}

/** The log of one incident, oldest first. Throws NotFoundError when there is none. */
export async function listIncidentLogs(db: Db, id: string, { limit, afterVersion = 0 }: { limit: number; afterVersion?: number }) {
  return await reading(async () => {
    const row = await db.selectFrom('incidents').select('id').where('id', '=', id).executeTakeFirst()
    if (row === undefined) throw new NotFoundError(`incident ${id}`)
    const logs = db.selectFrom('incident_logs').selectAll().where('incident_id', '=', id).where('version', '>', afterVersion)
    return await logs.orderBy('version').fetch(limit).execute()
  })
}
