import { nullable } from '@lifeline/backbone/db/nullable'
import { TooManyMovesError } from '@lifeline/backbone/db/schedulers/availability'
import { getScheduler } from '@lifeline/backbone/db/schedulers/find-schedulers'
import { readStatistics, type StatisticsFilter, type Totals } from '@lifeline/backbone/db/schedulers/statistics'
import { type Period, periodsOf } from '@lifeline/backbone/db/schedulers/statistics-periods'
import { RUN_OUTCOMES } from '@lifeline/backbone/db/schedulers/status'
import type { Db } from '@lifeline/backbone/db/schema'
import Type, { type Static } from 'typebox'
import type { App } from '../app.ts'
import { refusals } from '../docs.ts'
import { INSTANT } from '../formats.ts'
import { invalid } from '../problem.ts'
import { SchedulerParams } from './scheduler-input.ts'
import { schedulerOwnerOf } from './scheduler-owner.ts'
import type { SchedulerRoutes } from './scheduler-routes.ts'

const DAY_MS = 86_400_000
const [DEFAULT_DAYS, MOST_DAYS, MOST_DAILY] = [30, 400, 100]

const StatisticsQuery = {
  from: Type.Optional(Type.String({ format: 'date-time', description: `${INSTANT} (${DEFAULT_DAYS} days before to, unless given)` })),
  to: Type.Optional(Type.String({ format: 'date-time', description: `${INSTANT} (now, unless given)` })),
  per: Type.Optional(Type.Enum(['day', 'week'], { description: 'one of day, week (UTC; weeks begin on Mondays)' })),
}
const OneQuery = Type.Object(StatisticsQuery, { additionalProperties: false })
const AllQuery = Type.Object(
  { ...StatisticsQuery, tag: Type.Optional(Type.String({ minLength: 1, maxLength: 50, description: 'a tag of 1 to 50 characters' })) },
  { additionalProperties: false },
)

const Counts = Type.Object(
  Object.fromEntries(RUN_OUTCOMES.map((outcome) => [outcome, Type.Integer()])) as Record<
    (typeof RUN_OUTCOMES)[number],
    ReturnType<typeof Type.Integer>
  >,
)
const TotalsSchema = {
  uptimePercent: nullable(Type.Number(), 'Of the time that it was neither paused nor unregistered; null when there was none.'),
  downtimes: Type.Integer({ description: 'How often one was Down.' }),
  downSeconds: Type.Number(),
  longestDownSeconds: Type.Number(),
  runs: Counts,
  durationP50Seconds: nullable(Type.Number(), 'Half of the runs took no longer, of those whose start was reported.'),
  durationP95Seconds: nullable(Type.Number(), '95 % of them took no longer.'),
}

const Answer = Type.Object({
  from: Type.String({ format: 'date-time' }),
  to: Type.String({ format: 'date-time' }),
  total: Type.Object(TotalsSchema),
  periods: Type.Array(Type.Object({ from: Type.String(), to: Type.String(), ...TotalsSchema }), {
    description: 'The days or weeks that were asked for, oldest first.',
  }),
  downtimes: Type.Array(
    Type.Object({
      schedulerId: Type.String(),
      from: Type.String({ description: 'Not before the range.' }),
      to: nullable(Type.String(), 'Null when it had not ended.'),
      seconds: Type.Number({ description: 'Within the range.' }),
    }),
    { description: 'The newest first, 100 at most.' },
  ),
})

export function routeStatistics(app: App, { db, clock }: SchedulerRoutes): void {
  const common = { tags: ['schedulers'], response: { 200: Answer, ...refusals(401, 404, 422) } }
  const config = { permission: 'scheduler:read' } as const

  app.get(
    '/api/v1/schedulers/:id/statistics',
    { schema: { summary: 'How a scheduler has fared', ...common, params: SchedulerParams, querystring: OneQuery }, config },
    async (request) => {
      const { id } = await getScheduler(db, request.params.id.toLowerCase(), schedulerOwnerOf(request))
      return await answer(db, { id }, request.query, clock.now())
    },
  )

  app.get(
    '/api/v1/schedulers/statistics',
    {
      schema: { summary: 'How all schedulers have fared, or those with a tag', ...common, querystring: AllQuery },
      config: { ...config, shared: true },
    },
    async (request) => {
      const { tag, ...query } = request.query
      return await answer(db, { tag, owner: schedulerOwnerOf(request) }, query, clock.now())
    },
  )
}

async function answer(db: Db, filter: StatisticsFilter, query: Static<typeof OneQuery>, now: Date): Promise<Static<typeof Answer>> {
  const range = rangeOf(query, now)
  const read = readStatistics(db, filter, range, query.per === undefined ? [] : periodsOf(range, query.per))
  const { total, periods, downtimes } = await read.catch((error: unknown) => {
    throw error instanceof TooManyMovesError ? refused('from', `must be later: ${error.message.replace(/\.$/, '')}`) : error
  })
  return {
    ...texts(range),
    total: show(total),
    periods: periods.map(({ period, ...totals }) => ({ ...texts(period), ...show(totals) })),
    downtimes: downtimes.map(({ from, to, ...rest }) => ({ ...rest, from: from.toISOString(), to: to?.toISOString() ?? null })),
  }
}

const refused = (field: string, detail: string) => invalid([{ in: 'query', pointer: `/${field}`, detail }])
const texts = ({ from, to }: Period) => ({ from: from.toISOString(), to: to.toISOString() })

/** What has not been yet is not counted. */
function rangeOf({ from, to, per }: Static<typeof OneQuery>, now: Date): Period {
  const end = to === undefined ? now : new Date(Math.min(Date.parse(to), now.getTime()))
  const start = from === undefined ? new Date(Math.max(0, end.getTime() - DEFAULT_DAYS * DAY_MS)) : new Date(from)
  if (start >= end) throw refused('from', `must be earlier than to, which is ${end.toISOString()}`)
  const most = per === 'day' ? MOST_DAILY : MOST_DAYS
  if (end.getTime() - start.getTime() > most * DAY_MS) throw refused('from', `must be at most ${most} days before to`)
  return { from: start, to: end }
}

function show({ uptime, downtimes, downSeconds, longestDownSeconds, runs, p50Ms, p95Ms }: Totals) {
  const seconds = (ms: number | null) => (ms === null ? null : ms / 1_000)
  const uptimePercent = uptime === null ? null : Math.round(uptime * 1e7) / 1e5
  return {
    uptimePercent,
    downtimes,
    downSeconds,
    longestDownSeconds,
    runs,
    durationP50Seconds: seconds(p50Ms),
    durationP95Seconds: seconds(p95Ms),
  }
}
