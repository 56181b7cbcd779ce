import { isoText } from '@lifeline/backbone/db/iso-text'
import { nullable } from '@lifeline/backbone/db/nullable'
import { EVENT_OF } from '@lifeline/backbone/db/schedulers/events'
import { listPings, listRuns, listSchedulerLogs, type PingRow } from '@lifeline/backbone/db/schedulers/history'
import { SCHEDULER_STATUSES, type SchedulerStatus, SIGNAL_KINDS } from '@lifeline/backbone/db/schedulers/status'
import type { Db } from '@lifeline/backbone/db/schema'
import type { FastifyRequest } from 'fastify'
import Type, { type Static, type TObject } from 'typebox'
import type { App } from '../app.ts'
import { refusals } from '../docs.ts'
import { logEntryOf, toLogEntry } from '../log-entry.ts'
import { CursorQuery, cutPage, PageSchema, readPage } from '../paging.ts'
import { Run, seconds, toRun } from './run.ts'
import { SchedulerParams } from './scheduler-input.ts'
import { schedulerOwnerOf } from './scheduler-owner.ts'
import type { SchedulerRoutes } from './scheduler-routes.ts'

const Instant = Type.String({ format: 'date-time' })

const LogEntry = logEntryOf(SCHEDULER_STATUSES, Object.keys(EVENT_OF).join(', '))

const Ping = Type.Object({
  number: Type.Integer(),
  kind: Type.Enum([...SIGNAL_KINDS, 'ignored'], {
    description: 'What it was taken for; ignored, while the scheduler was paused for good.',
  }),
  at: Instant,
  runId: nullable(Type.String()),
  durationSeconds: nullable(Type.Number()),
  exitCode: nullable(Type.Integer()),
  body: nullable(Type.String()),
  bodyCut: Type.Boolean({ description: 'There was more than is kept.' }),
  source: nullable(Type.String({ description: 'The address of the sender.' })),
  userAgent: nullable(Type.String()),
  method: nullable(Type.String()),
})

/** The three lists of what was: the changes, the runs, and the pings that are kept. */
export function routeSchedulerHistory(app: App, { db }: SchedulerRoutes): void {
  routeList(app, db, {
    path: 'history',
    summary: 'Read the history of a scheduler, newest first',
    Item: LogEntry,
    list: listSchedulerLogs,
    keyOf: (row) => row.version,
    toItem: (row) => toLogEntry<SchedulerStatus>(row),
  })
  routeList(app, db, {
    path: 'runs',
    summary: 'Read how the runs of a scheduler ended, newest first',
    Item: Run,
    list: listRuns,
    keyOf: (row) => row.number,
    toItem: toRun,
  })
  routeList(app, db, {
    path: 'pings',
    summary: 'Read the newest pings of a scheduler',
    Item: Ping,
    list: listPings,
    keyOf: (row) => row.number,
    toItem: toPing,
  })
}

interface List<Row, T extends TObject> {
  path: string
  summary: string
  Item: T
  list: (db: Db, id: string, page: Parameters<typeof listRuns>[2]) => Promise<Row[]>
  keyOf(row: Row): number
  toItem(row: Row): Static<T>
}

function routeList<Row, T extends TObject>(app: App, db: Db, { path, summary, Item, list, keyOf, toItem }: List<Row, T>): void {
  const Page = Type.Object({ items: Type.Array(Item), nextCursor: PageSchema.nextCursor })
  const schema = {
    summary,
    tags: ['schedulers'],
    params: SchedulerParams,
    querystring: Type.Object(CursorQuery, { additionalProperties: false }),
    response: { 200: Page, ...refusals(400, 401, 404, 422) },
  }
  type ListRequest = FastifyRequest & { params: { id: string }; query: { limit?: number; cursor?: string } }
  app.get(`/api/v1/schedulers/:id/${path}`, { schema, config: { permission: 'scheduler:read' } }, async (plain, reply) => {
    // The schemas have made it so; through the type of the list TypeScript does not see it.
    const request = plain as unknown as ListRequest
    const id = request.params.id.toLowerCase()
    const page = readPage(request.query, [path, id], (key) => /^\d{1,9}$/.test(key))
    const before = page.after === undefined ? {} : { beforeNumber: Number(page.after) }
    const rows = await list(db, id, { limit: page.limit + 1, ...before, owner: schedulerOwnerOf(request) })
    const { items, nextCursor } = cutPage(rows, page, [path, id], (row) => String(keyOf(row)))
    return reply.send({ items: items.map(toItem), nextCursor } as never)
  })
}

function toPing(row: PingRow): Static<typeof Ping> {
  return {
    number: row.number,
    kind: row.kind,
    at: isoText(row.at),
    runId: row.run_id,
    durationSeconds: seconds(row.duration_ms),
    exitCode: row.exit_code,
    body: row.body,
    bodyCut: row.body_cut === 1,
    source: row.source,
    userAgent: row.user_agent,
    method: row.method,
  }
}
