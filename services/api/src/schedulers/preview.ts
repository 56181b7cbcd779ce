import { getScheduler } from '@lifeline/backbone/db/schedulers/find-schedulers'
import { listExpected, nextExpected, type Schedule } from '@lifeline/backbone/db/schedulers/schedule'
import { eraAt } from '@lifeline/backbone/db/schedulers/zone'
import Type, { type Static } from 'typebox'
import type { App } from '../app.ts'
import { refusals } from '../docs.ts'
import { SchedulerParams } from './scheduler-input.ts'
import { schedulerOwnerOf } from './scheduler-owner.ts'
import type { SchedulerRoutes } from './scheduler-routes.ts'

const FIRES = 10
/** So many on each side of a change of the clocks, of those within this time before it. */
const [AROUND, BEFORE_MS] = [3, 26 * 3_600_000]

const Fire = Type.Object({
  at: Type.String({ format: 'date-time' }),
  local: Type.String({ description: 'The same on a clock in the zone of the scheduler, with its offset.' }),
})

const Preview = Type.Object({
  timeZone: Type.String(),
  items: Type.Array(Fire, { description: `The next ${FIRES} times by its schedule, whatever it reports.` }),
  clockChange: Type.Union(
    [
      Type.Object({
        at: Type.String({ format: 'date-time' }),
        offsetBefore: Type.String(),
        offsetAfter: Type.String(),
        before: Type.Array(Fire, { description: 'The last times within a day before it.' }),
        after: Type.Array(Fire, { description: 'The first times at or after it.' }),
      }),
      Type.Null(),
    ],
    { description: 'The next change of the clocks in the zone, as to summer time; null when none is known, or it goes by a period.' },
  ),
})

export function routePreview(app: App, { db, clock }: SchedulerRoutes): void {
  app.get(
    '/api/v1/schedulers/:id/preview',
    {
      schema: {
        summary: 'See the next times of a schedule, also over the next change of the clocks',
        tags: ['schedulers'],
        params: SchedulerParams,
        response: { 200: Preview, ...refusals(401, 404, 422) },
      },
      config: { permission: 'scheduler:read' },
    },
    async (request) => {
      const row = await getScheduler(db, request.params.id.toLowerCase(), schedulerOwnerOf(request))
      const now = clock.now()
      const show = (at: Date) => ({ at: at.toISOString(), local: localText(at, row.time_zone) })
      const clockChange = row.cron === null ? null : changeAfter(row, now, show)
      return { timeZone: row.time_zone, items: listExpected(row, now, FIRES).map(show), clockChange }
    },
  )
}

function changeAfter(row: Schedule, now: Date, show: (at: Date) => Static<typeof Fire>): Static<typeof Preview>['clockChange'] {
  const { until, offset } = eraAt(row.time_zone, now.getTime())
  if (!Number.isFinite(until)) return null
  const before: Date[] = []
  let at = nextExpected(row, new Date(until - BEFORE_MS))
  while (at.getTime() < until) {
    before.push(at)
    at = nextExpected(row, at)
  }
  const after = [at, ...listExpected(row, at, AROUND - 1)]
  return {
    at: new Date(until).toISOString(),
    offsetBefore: offsetText(offset),
    offsetAfter: offsetText(eraAt(row.time_zone, until).offset),
    before: before.slice(-AROUND).map(show),
    after: after.map(show),
  }
}

function localText(at: Date, zone: string): string {
  return Temporal.Instant.fromEpochMilliseconds(at.getTime()).toZonedDateTimeISO(zone).toString({ timeZoneName: 'never' })
}

function offsetText(ms: number): string {
  const minutes = Math.abs(Math.trunc(ms / 60_000))
  const two = (n: number) => String(n).padStart(2, '0')
  return `${ms < 0 ? '-' : '+'}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`
}
