import type { TaskFilter } from '@lifeline/backbone/db/tasks/list-tasks'
import { TASK_STATUSES } from '@lifeline/backbone/db/tasks/status'
import Type, { type Static } from 'typebox'
import { INSTANT } from '../formats.ts'
import { PageQuery } from '../paging.ts'

const instant = (meaning: string) => Type.Optional(Type.String({ format: 'date-time', description: `${INSTANT}: ${meaning}` }))
const text = (max: number, what: string) =>
  Type.Optional(Type.String({ minLength: 1, maxLength: max, description: `${what}, of 1 to ${max} characters` }))

/** Which tasks a list holds. */
export const TaskQuery = Type.Object(
  {
    status: Type.Optional(
      Type.Array(Type.Enum(TASK_STATUSES, { description: `one of ${TASK_STATUSES.join(', ')}; repeat the parameter for several` }), {
        minItems: 1,
        maxItems: TASK_STATUSES.length,
        description: 'a list of statuses, each at most once',
      }),
    ),
    assignee: text(254, 'an e-mail address'),
    createdBy: text(320, 'a principal, like key:ci or mailto:ann@example.org'),
    label: text(50, 'a label that the task has'),
    externalRef: text(200, 'the externalRef'),
    overdue: Type.Optional(Type.Boolean({ description: 'true or false' })),
    dueAfter: instant('due later than this'),
    dueBefore: instant('due earlier than this'),
    createdFrom: instant('created then or later'),
    createdTo: instant('created earlier than this'),
    ...PageQuery,
  },
  { additionalProperties: false },
)
type Query = Static<typeof TaskQuery>

/** Splits a query into what is asked for and which page of it. */
export function readTaskQuery({ limit, cursor, page, pageSize, ...filters }: Query) {
  const paging = { ...(limit && { limit }), ...(cursor && { cursor }), ...(page && { page }), ...(pageSize && { pageSize }) }
  return { filters: toFilter(filters), paging }
}

function toFilter({
  assignee,
  createdBy,
  dueAfter,
  dueBefore,
  createdFrom,
  createdTo,
  ...rest
}: Omit<Query, keyof typeof PageQuery>): TaskFilter {
  return {
    ...rest,
    ...(assignee && { assignee: assignee.toLowerCase() }),
    // Addresses are stored in lower case; the ids of the system's keys are as they are.
    ...(createdBy && { createdBy: /^mailto:/i.test(createdBy) ? createdBy.toLowerCase() : createdBy }),
    ...(dueAfter && { dueAfter: new Date(dueAfter) }),
    ...(dueBefore && { dueBefore: new Date(dueBefore) }),
    ...(createdFrom && { createdFrom: new Date(createdFrom) }),
    ...(createdTo && { createdTo: new Date(createdTo) }),
  }
}
