import type { Writer } from '@lifeline/backbone/db/group-commit'
import { addReport } from '@lifeline/backbone/db/reports/change-report'
import { getReport, listReports } from '@lifeline/backbone/db/reports/find-reports'
import { readTable } from '@lifeline/backbone/db/reports/read-table'
import { type ReportRow, ReportSchema, toReport } from '@lifeline/backbone/db/reports/report'
import { ReportTable } from '@lifeline/backbone/db/reports/table'
import type { Db } from '@lifeline/backbone/db/schema'
import type { Clock } from '@lifeline/backbone/process/clock'
import type { Secrets } from '@lifeline/backbone/process/secrets'
import Type from 'typebox'
import type { App } from '../app.ts'
import { refusals } from '../docs.ts'
import { etagOf, IfNoneMatch, NotModified, sendVersion } from '../entity-tags.ts'
import { isUuid } from '../formats.ts'
import { create, IdempotencyKey } from '../idempotency.ts'
import { CursorQuery, cutPage, PageSchema, readPage } from '../paging.ts'
import { routeChangeReport } from './change-report.ts'
import { BASE, NewReportBody, ReportParams, TAGS, toSettings } from './report-input.ts'

export interface ReportRoutes {
  db: Db
  /** Domain time. */
  clock: Clock
  writer: Writer
  secrets: Secrets
}

/** Status tables of schedulers, which are posted when their time begins, updated in place, and summed up at its end. */
export function routeReports(app: App, routes: ReportRoutes): void {
  const { db, clock } = routes

  app.post(
    BASE,
    {
      schema: {
        summary: 'Create a report',
        description:
          'A status table of all schedulers, or those with a tag, from each time that cron fires, for durationSeconds: posted to its channels, updated every refreshSeconds, and summed up at the end, or as soon as all is well.',
        tags: TAGS,
        headers: IdempotencyKey,
        body: NewReportBody,
        response: { 201: ReportSchema, ...refusals(409, 413, 415, 422) },
      },
      config: { permission: 'report:create' },
    },
    async (request, reply) => {
      const { body, actor, createdBy, traceparent } = request
      const input = { ...toSettings(body), actor, createdBy, now: clock.now(), traceparent }
      await create(request, reply, routes, { work: addReport, input, answerOf })
      return reply
    },
  )

  const Reports = Type.Object({ items: Type.Array(ReportSchema), nextCursor: PageSchema.nextCursor })
  app.get(
    BASE,
    {
      schema: {
        summary: 'List reports, newest first',
        tags: TAGS,
        querystring: Type.Object(CursorQuery, { additionalProperties: false }),
        response: { 200: Reports, ...refusals(400, 422) },
      },
      config: { permission: 'report:read' },
    },
    async (request) => {
      const page = readPage(request.query, {}, isUuid)
      const rows = await listReports(db, { limit: page.limit + 1, ...(page.after === undefined ? {} : { afterId: page.after }) })
      const { items, nextCursor } = cutPage(rows, page, {}, (row) => row.id)
      return { items: items.map(toReport), nextCursor }
    },
  )

  app.get(
    `${BASE}/:id`,
    {
      schema: {
        summary: 'Read a report',
        tags: TAGS,
        params: ReportParams,
        headers: IfNoneMatch,
        response: { 200: ReportSchema, 304: NotModified, ...refusals(404, 422) },
      },
      config: { permission: 'report:read' },
    },
    async (request, reply) => {
      const report = await getReport(db, request.params.id.toLowerCase())
      return sendVersion(request, reply, { version: report.version, body: toReport(report) })
    },
  )

  app.get(
    `${BASE}/:id/table`,
    {
      schema: {
        summary: 'Read the table of a report, as it would be now',
        description: 'Also outside of its time.',
        tags: TAGS,
        params: ReportParams,
        response: { 200: ReportTable, ...refusals(404, 422) },
      },
      config: { permission: 'report:read' },
    },
    async (request) => {
      const report = await getReport(db, request.params.id.toLowerCase())
      return (await readTable(db, report, clock.now())).table
    },
  )

  routeChangeReport(app, routes)
}

function answerOf(row: ReportRow) {
  return { status: 201, headers: { location: `${BASE}/${row.id}`, etag: etagOf(row.version) }, body: toReport(row) }
}
