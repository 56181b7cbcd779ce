import type { Db } from '@lifeline/backbone/db/schema'
import { getTask } from '@lifeline/backbone/db/tasks/find-tasks'
import { listTaskLogs } from '@lifeline/backbone/db/tasks/list-task-logs'
import { countTasks, listTasks } from '@lifeline/backbone/db/tasks/list-tasks'
import { TASK_STATUSES, type TaskStatus } from '@lifeline/backbone/db/tasks/status'
import { TaskSchema, toTask } from '@lifeline/backbone/db/tasks/task'
import type { FastifyRequest } from 'fastify'
import Type, { type Static } from 'typebox'
import type { App } from '../app.ts'
import { refusals } from '../docs.ts'
import { IfNoneMatch, NotModified, sendVersion } from '../entity-tags.ts'
import { isUuid } from '../formats.ts'
import { logEntryOf, toLogEntry } from '../log-entry.ts'
import { CursorQuery, cutPage, MAX_TOTAL, numbering, PageSchema, readPage } from '../paging.ts'
import { TaskParams } from './task-input.ts'
import { taskOwnerOf } from './task-owner.ts'
import { readTaskQuery, TaskQuery } from './task-query.ts'
import type { TaskRoutes } from './task-routes.ts'

const LogEntry = logEntryOf(TASK_STATUSES, 'created, edited, moved, deadline_approaching, deadline_passed or deleted')

export function routeLists(app: App, { db }: TaskRoutes): void {
  const tags = ['tasks']
  const config = { permission: 'task:read' } as const

  app.get(
    '/api/v1/tasks/:id',
    {
      schema: {
        summary: 'Read a task',
        tags,
        params: TaskParams,
        headers: IfNoneMatch,
        response: { 200: TaskSchema, 304: NotModified, ...refusals(401, 404, 422) },
      },
      config,
    },
    async (request, reply) => {
      const task = toTask(await getTask(db, request.params.id.toLowerCase(), taskOwnerOf(request)))
      return sendVersion(request, reply, { version: task.version, body: task })
    },
  )

  const Tasks = Type.Object({ items: Type.Array(TaskSchema), ...PageSchema })
  app.get(
    '/api/v1/tasks',
    {
      schema: { summary: 'List tasks, newest first', tags, querystring: TaskQuery, response: { 200: Tasks, ...refusals(400, 401, 422) } },
      config: { ...config, shared: true },
    },
    async (request) => {
      const { rows, ...rest } = await readTaskPage(db, request)
      return { items: rows.map(toTask), ...rest }
    },
  )

  const Logs = Type.Object({ items: Type.Array(LogEntry), nextCursor: PageSchema.nextCursor })
  app.get(
    '/api/v1/tasks/:id/logs',
    {
      schema: {
        summary: 'Read the log of a task, oldest first',
        tags,
        params: TaskParams,
        querystring: Type.Object(CursorQuery, { additionalProperties: false }),
        response: { 200: Logs, ...refusals(400, 401, 404, 422) },
      },
      config,
    },
    async (request) => {
      const id = request.params.id.toLowerCase()
      const page = readPage(request.query, id, (key) => /^\d{1,9}$/.test(key))
      const rows = await listTaskLogs(db, id, { limit: page.limit + 1, afterVersion: Number(page.after ?? 0), owner: taskOwnerOf(request) })
      const { items, nextCursor } = cutPage(rows, page, id, (row) => String(row.version))
      return { items: items.map((row) => toLogEntry<TaskStatus>(row)), nextCursor }
    },
  )
}

type ListRequest = Pick<FastifyRequest, 'extent' | 'principal'> & { query: Static<typeof TaskQuery> }

/** One page of tasks as a query asks for it, for every list of tasks; those that whoever asks may see. */
export async function readTaskPage(db: Db, request: ListRequest) {
  const { filters, paging } = readTaskQuery(request.query)
  const page = readPage(paging, filters, isUuid)
  const visible = { ...filters, owner: taskOwnerOf(request) }
  const [found, count] = await Promise.all([
    listTasks(db, visible, {
      limit: page.limit + 1,
      ...(page.after === undefined ? {} : { afterId: page.after }),
      ...(page.numbered === undefined ? {} : { offset: page.numbered.offset }),
    }),
    page.numbered === undefined ? 0 : countTasks(db, visible, MAX_TOTAL + 1),
  ])
  const { items, nextCursor } = cutPage(found, page, filters, (row) => row.id)
  return { rows: items, nextCursor, ...numbering(page, count) }
}
