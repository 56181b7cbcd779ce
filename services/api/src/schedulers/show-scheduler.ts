import { hash } from 'node:crypto'
import { findActiveOf } from '@lifeline/backbone/db/incidents/find-incidents'
import { INCIDENT_STATUSES } from '@lifeline/backbone/db/incidents/status'
import { isoText } from '@lifeline/backbone/db/iso-text'
import { findWindowsAt } from '@lifeline/backbone/db/maintenance/find-windows'
import { isFor, type WindowRow } from '@lifeline/backbone/db/maintenance/window'
import { nullable } from '@lifeline/backbone/db/nullable'
import { findLastRun } from '@lifeline/backbone/db/schedulers/history'
import { isOwnScheduler } from '@lifeline/backbone/db/schedulers/owner'
import { SchedulerSchema, type ShownRow, toScheduler } from '@lifeline/backbone/db/schedulers/scheduler'
import type { Db } from '@lifeline/backbone/db/schema'
import type { FastifyRequest } from 'fastify'
import Type from 'typebox'
import { badgeUrl, tokenOfScheduler } from '../badges/badge-token.ts'
import { etagOf } from '../entity-tags.ts'
import { Run, toRun } from './run.ts'
import { ownerFor } from './scheduler-owner.ts'
import type { SchedulerRoutes } from './scheduler-routes.ts'

export const ShownScheduler = Type.Object({
  ...SchedulerSchema.properties,
  pingUrl: Type.Optional(Type.String({ description: 'Where it reports, without a key; for those who may ping it.' })),
  badgeUrl: Type.Optional(Type.String({ description: 'A picture of its status, for everybody who knows the address; not in lists.' })),
})

/** With what stands beside its row, as it is when it is read. */
export const SurroundedScheduler = Type.Object({
  ...ShownScheduler.properties,
  silenced: Type.Boolean({ description: 'A maintenance window covers it: nobody is told when it goes Down.' }),
  lastRun: nullable(Run),
  incident: nullable(
    Type.Object({
      id: Type.String({ format: 'uuid' }),
      status: Type.Enum(INCIDENT_STATUSES),
      openedAt: Type.String({ format: 'date-time' }),
    }),
    'The one that is open, or acknowledged.',
  ),
})

/** What SurroundedScheduler has beside the scheduler, and the maintenance windows of this moment. */
export async function readSurroundings(db: Db, id: string, now: Date) {
  const [windows = [], run, incident] = await Promise.all([findWindowsAt(db, isoText(now)), findLastRun(db, id), findActiveOf(db, id)])
  return {
    windows,
    lastRun: run === undefined ? null : toRun(run),
    incident: incident === undefined ? null : { id: incident.id, status: incident.status, openedAt: isoText(incident.opened_at) },
  }
}

export const isSilenced = (windows: readonly WindowRow[], row: ShownRow) => windows.some((window) => isFor(window, row))

type Asking = Pick<FastifyRequest, 'principal' | 'extent' | 'protocol' | 'host'>

/** Where the world reaches us: as configured, else as this request did. */
export const originOf = ({ publicUrl }: Pick<SchedulerRoutes, 'publicUrl'>, request: Asking) =>
  (publicUrl ?? `${request.protocol}://${request.host}`).replace(/\/+$/, '')

/** A scheduler as whoever asks may see it, at `now`. */
export function showScheduler(routes: Pick<SchedulerRoutes, 'publicUrl'>, request: Asking, row: ShownRow, now: Date) {
  const origin = originOf(routes, request)
  const mayPing = isOwnScheduler(row, ownerFor(request, 'scheduler:ping'))
  return {
    ...toScheduler(row, now),
    ...(mayPing ? { pingUrl: `${origin}/ping/${row.ping_token}` } : {}),
  }
}

/** The same with the address of its badge, which takes longer than all the rest: for answers about one. */
export function showWhole(routes: Pick<SchedulerRoutes, 'publicUrl' | 'secrets'>, request: Asking, row: ShownRow, now: Date) {
  const badge = badgeUrl(originOf(routes, request), tokenOfScheduler(routes.secrets, row.id))
  return { ...showScheduler(routes, request, row, now), badgeUrl: badge }
}

/** Most of it changes without a version: by pings, and by time. */
export function markOf(shown: object): string {
  return hash('sha1', JSON.stringify(shown), 'base64url').slice(0, 12)
}

export const etagOfScheduler = (shown: { version: number }) => etagOf(shown.version, markOf(shown))
