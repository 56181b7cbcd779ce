import { addTask } from '@lifeline/backbone/db/tasks/add-tasks'
import { TaskSchema, toTask } from '@lifeline/backbone/db/tasks/task'
import type { App } from '../app.ts'
import { refusals } from '../docs.ts'
import { tasksCreated } from './counters.ts'
import { NewTaskBody, toDate } from './task-input.ts'
import type { TaskRoutes } from './task-routes.ts'

export function routeCreate(app: App, { writer, clock }: TaskRoutes): void {
  const schema = {
    summary: 'Create a task',
    tags: ['tasks'],
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
    const row = await writer.submit(addTask, { ...task, actor, createdBy, now: clock.now(), traceparent })
    tasksCreated.inc()
    return reply.code(201).header('location', `/api/v1/tasks/${row.id}`).header('etag', `"${row.version}"`).send(toTask(row))
  })
}
