import { nullable } from '@lifeline/backbone/db/nullable'
import { aggregateTasks } from '@lifeline/backbone/db/tasks/aggregate-tasks'
import { getTask } from '@lifeline/backbone/db/tasks/find-tasks'
import { TASK_STATUSES, type TaskStatus } from '@lifeline/backbone/db/tasks/status'
import { listTaskMetrics } from '@lifeline/backbone/db/tasks/task-metrics'
import Type from 'typebox'
import type { App } from '../app.ts'
import { refusals } from '../docs.ts'
import { INSTANT } from '../formats.ts'
import { PageSchema } from '../paging.ts'
import { readTaskPage } from './list-tasks.ts'
import { TaskParams } from './task-input.ts'
import { taskOwnerOf } from './task-owner.ts'
import { TaskQuery } from './task-query.ts'
import type { TaskRoutes } from './task-routes.ts'

const Seconds = Type.Number()

const Metrics = Type.Object({
  id: Type.String(),
  status: Type.Enum(TASK_STATUSES),
  assignee: Type.String(),
  ageSeconds: Type.Number({ description: 'Since its creation.' }),
  secondsIn: Type.Object(Object.fromEntries(TASK_STATUSES.map((status) => [status, Seconds])) as Record<TaskStatus, typeof Seconds>, {
    description: 'In each status; the present one counts until now.',
  }),
  moves: Type.Integer(),
  reopened: Type.Integer({ description: 'Moves out of Completed or Cancelled.' }),
  deadlineMarginSeconds: nullable(Seconds, 'From completion (or now) to dueAt, negative when late; null without one, or when cancelled.'),
  mails: Type.Object({ sent: Type.Integer(), failed: Type.Integer() }),
})

const Totals = {
  tasks: Type.Integer(),
  completed: Type.Integer(),
  overdue: Type.Integer({ description: 'Pending or InProgress, with a deadline that has passed.' }),
  withDeadline: Type.Integer(),
  breached: Type.Integer({ description: 'Whose deadline passed while they were open, whatever became of them.' }),
  breachRate: nullable(Type.Number(), 'breached of withDeadline, 0 to 1; null when none has a deadline.'),
  averageLeadTimeSeconds: nullable(Seconds, 'From creation to completion, over the completed ones; null when there are none.'),
  leadTimeP50Seconds: nullable(Seconds, 'Half of the completed ones took no longer, to 1 %; null when there are none.'),
  leadTimeP95Seconds: nullable(Seconds, '95 % of the completed ones took no longer, to 1 %; null when there are none.'),
}

/** More groups than anybody reads; the biggest come first, and the newest of days. */
const MAX_GROUPS = 200

const Aggregate = Type.Object({
  groupBy: Type.String(),
  from: nullable(Type.String(), 'As asked.'),
  to: nullable(Type.String(), 'As asked.'),
  total: Type.Object(Totals),
  groups: Type.Array(Type.Object({ key: Type.String(), ...Totals }), {
    description: 'Biggest first; days (of creation, in UTC, as 2026-03-02) newest first.',
  }),
  groupsAreMore: Type.Optional(
    Type.Literal(true, { description: `There are more groups; only the first ${MAX_GROUPS} are listed. The total counts all.` }),
  ),
})

const AggregateQuery = Type.Object(
  {
    groupBy: Type.Optional(
      Type.Enum(['status', 'assignee', 'day'], {
        description: 'one of status, assignee, day (status unless given; day: UTC day of creation)',
      }),
    ),
    from: Type.Optional(Type.String({ format: 'date-time', description: `${INSTANT}: created then or later` })),
    to: Type.Optional(Type.String({ format: 'date-time', description: `${INSTANT}: created earlier than this` })),
  },
  { additionalProperties: false },
)

export function routeMetrics(app: App, { db, clock }: TaskRoutes): void {
  const tags = ['metrics']
  const config = { permission: 'task:read' } as const

  app.get(
    '/api/v1/tasks/:id/metrics',
    {
      schema: { summary: 'How one task has fared', tags, params: TaskParams, response: { 200: Metrics, ...refusals(401, 404, 422) } },
      config,
    },
    async (request) => {
      const task = await getTask(db, request.params.id.toLowerCase(), taskOwnerOf(request))
      const [metrics] = await listTaskMetrics(db, [task], clock.now())
      return metrics
    },
  )

  const MetricsPage = Type.Object({ items: Type.Array(Metrics), ...PageSchema })
  app.get(
    '/api/v1/tasks/metrics',
    {
      schema: {
        summary: 'How each task of a list has fared',
        tags,
        querystring: TaskQuery,
        response: { 200: MetricsPage, ...refusals(400, 401, 422) },
      },
      config: { ...config, shared: true },
    },
    async (request) => {
      const { rows, ...rest } = await readTaskPage(db, request)
      return { items: await listTaskMetrics(db, rows, clock.now()), ...rest }
    },
  )

  app.get(
    '/api/v1/tasks/metrics/aggregate',
    {
      schema: { summary: 'What tasks add up to', tags, querystring: AggregateQuery, response: { 200: Aggregate, ...refusals(401, 422) } },
      config: { permission: 'task:aggregate', shared: true },
    },
    async (request) => {
      const { groupBy = 'status', from, to } = request.query
      const created = { ...(from && { from: new Date(from) }), ...(to && { to: new Date(to) }) }
      const { total, groups } = await aggregateTasks(db, groupBy, created, MAX_GROUPS + 1)
      const more = groups.length > MAX_GROUPS ? { groupsAreMore: true as const } : {}
      return { groupBy, from: from ?? null, to: to ?? null, total, groups: groups.slice(0, MAX_GROUPS), ...more }
    },
  )
}
