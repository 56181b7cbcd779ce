// The API with a route that creates tasks, but no database behind it: what is left is authentication, validation,
// serialisation, the request log and metrics, which are the real ones.
import type { AppOptions } from '@lifeline/api/app'
import { refusals } from '@lifeline/api/docs'
import { startApi } from '@lifeline/api/start-api'
import { NewTaskBody, toDate } from '@lifeline/api/tasks/task-input'
import type { Schema } from '@lifeline/backbone/db/schema'
import { TaskSchema, toTask } from '@lifeline/backbone/db/tasks/task'
import { systemClock } from '@lifeline/backbone/process/clock'
import { runProcess } from '@lifeline/backbone/process/run-process'
import { DummyDriver, Kysely, PostgresAdapter, PostgresIntrospector, PostgresQueryCompiler } from 'kysely'
import type { Static } from 'typebox'
import { NO_DATABASE_PATH } from './load/requests.ts'
import { API_KEY } from './services.ts'

/** Nothing asks it anything: the one route that is called is our own. */
const db = new Kysely<Schema>({
  dialect: {
    createAdapter: () => new PostgresAdapter(),
    createDriver: () => new DummyDriver(),
    createIntrospector: (kysely) => new PostgresIntrospector(kysely),
    createQueryCompiler: () => new PostgresQueryCompiler(),
  },
})

// SWAP when AppOptions has a `writer`: pass `writer: { submit: async () => <the constant row> }` to startApi below, delete
// this route and NO_DATABASE_PATH, and let the load go to /tasks. Until then this is the handler of create-task.ts without
// its transaction.
const route: NonNullable<AppOptions['plugins']>[number] = async (app) => {
  const schema = { body: NewTaskBody, response: { 201: TaskSchema, ...refusals(401, 409, 413, 415, 422) } }
  app.post(NO_DATABASE_PATH, { schema, config: { permission: 'task:create' } }, async (request, reply) => {
    const body = request.body as Static<typeof NewTaskBody>
    const now = systemClock.now()
    const row = {
      id: '0192f0c1-0000-7000-8000-000000000001',
      title: body.title,
      description: body.description ?? null,
      status: 'Pending' as const,
      assignee: body.assignee,
      created_by: request.actor,
      due_at: toDate(body.dueAt ?? null),
      remind_before: JSON.stringify(body.remindBefore ?? []),
      labels: body.labels ?? [],
      external_ref: body.externalRef ?? null,
      version: 1,
      wake_at: null,
      fired_until: now,
      started_at: null,
      completed_at: null,
      deadline_passed_at: null,
      created_at: now,
      updated_at: now,
      deleted_at: null,
    }
    return reply.code(201).header('location', `/api/v1/tasks/${row.id}`).header('etag', '"1"').send(toTask(row))
  })
}

await runProcess('api', async ({ log, atEnd }) => {
  const api = await startApi({
    db,
    config: { HOST: '127.0.0.1', PORT: 0 },
    apiKeys: [API_KEY],
    clock: systemClock,
    log,
    brokerHealth: () => ({ connected: true }),
    plugins: [route],
  })
  atEnd(() => api.close())
  log.info({ url: api.url }, 'ready')
})
