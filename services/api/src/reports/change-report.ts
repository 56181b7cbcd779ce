import { NotFoundError } from '@lifeline/backbone/db/errors'
import { changeReport } from '@lifeline/backbone/db/reports/change-report'
import type { ReportCommand } from '@lifeline/backbone/db/reports/decide'
import { type ReportRow, ReportSchema, toReport } from '@lifeline/backbone/db/reports/report'
import type { FastifyRequest } from 'fastify'
import Type from 'typebox'
import type { App } from '../app.ts'
import { refusals } from '../docs.ts'
import { etagOf, IfMatch, preconditionFailed, readIfMatch } from '../entity-tags.ts'
import { BASE, EditReportBody, ReportParams, TAGS, toEdit } from './report-input.ts'
import type { ReportRoutes } from './report-routes.ts'

export function routeChangeReport(app: App, { clock, writer }: ReportRoutes): void {
  /** Makes a change, of the report at the versions that If-Match names, and answers the report after it. */
  async function change(request: FastifyRequest, wantedId: string, command: ReportCommand): Promise<ReportRow> {
    const id = wantedId.toLowerCase()
    const { actor, traceparent } = request
    const ifVersion = readIfMatch(request)
    const outcome = await writer.submit(changeReport, { id, command, ifVersion, actor, now: clock.now(), traceparent })
    if (outcome.kind === 'missing') throw new NotFoundError(`report ${id}`)
    if (outcome.kind === 'stale') throw preconditionFailed('report', outcome.report.version)
    return outcome.report
  }

  app.patch(
    `${BASE}/:id`,
    {
      schema: {
        summary: 'Edit a report',
        description:
          'Absent fields stay. Another length counts for the present time too; with another cron or timeZone it waits for its next time.',
        tags: TAGS,
        params: ReportParams,
        headers: IfMatch,
        body: EditReportBody,
        response: { 200: ReportSchema, ...refusals(404, 409, 412, 413, 415, 422) },
      },
      config: { permission: 'report:update' },
    },
    async (request, reply) => {
      const report = await change(request, request.params.id, { do: 'edit', edit: toEdit(request.body) })
      return reply.header('etag', etagOf(report.version)).send(toReport(report))
    },
  )

  app.delete(
    `${BASE}/:id`,
    {
      schema: {
        summary: 'Delete a report',
        description: 'What was posted stays.',
        tags: TAGS,
        params: ReportParams,
        headers: IfMatch,
        response: { 204: Type.Null(), ...refusals(404, 412, 422) },
      },
      config: { permission: 'report:delete' },
    },
    async (request, reply) => {
      await change(request, request.params.id, { do: 'delete' })
      return reply.code(204).send(null)
    },
  )
}
