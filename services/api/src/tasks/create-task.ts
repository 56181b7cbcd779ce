import { addTask } from '@lifeline/backbone/db/tasks/add-tasks'
import { type TaskRow, TaskSchema, toTask } from '@lifeline/backbone/db/tasks/task'
import type { App } from '../app.ts'
import { refusals } from '../docs.ts'
import { etagOf } from '../entity-tags.ts'
import { create, IdempotencyKey } from '../idempotency.ts'
import { tasksCreated } from './counters.ts'
import { NewTaskBody, toDate } from './task-input.ts'
import type { TaskRoutes } from './task-routes.ts'

export function routeCreate(app: App, routes: TaskRoutes): void {
  const schema = {
    summary: 'Create a task',
    tags: ['tasks'],
    headers: IdempotencyKey,
    body: NewTaskBody,
    response: { 201: TaskSchema, ...refusals(401, 409, 413, 415, 422) },
  }
  app.post('/api/v1/tasks', { schema, config: { permission: 'task:create' } }, async (request, reply) => {
    const { body, actor, createdBy, traceparent } = request
    const task = {
      title: body.title,
      description: body.description ?? null,
      assignee: body.assignee.toLowerCase(),
      dueAt: toDate(body.dueAt ?? null),
      remindBefore: body.remindBefore ?? [],
      labels: body.labels ?? [],
      externalRef: body.externalRef ?? null,
    }
    const creation = {
      work: addTask,
      input: { ...task, actor, createdBy, now: routes.clock.now(), traceparent },
      answerOf: (row: TaskRow) => ({
        status: 201,
        headers: { location: `/api/v1/tasks/${row.id}`, etag: etagOf(row.version) },
        body: toTask(row),
      }),
    }
    if (await create(request, reply, routes, creation)) tasksCreated.inc()
    return reply
  })
}
