// The API with no database behind it: whatever is written is answered with the same row at once. What is left is
// authentication, validation, serialisation, the request log and metrics, which are the real ones.
import { startApi } from '@lifeline/api/start-api'
import type { Writer } from '@lifeline/backbone/db/group-commit'
import type { Schema } from '@lifeline/backbone/db/schema'
import type { TaskRow } from '@lifeline/backbone/db/tasks/task'
import { systemClock } from '@lifeline/backbone/process/clock'
import { runProcess } from '@lifeline/backbone/process/run-process'
import { makeSecrets } from '@lifeline/backbone/process/secrets'
import { DummyDriver, Kysely, PostgresAdapter, PostgresIntrospector, PostgresQueryCompiler } from 'kysely'
import { NEW_TASK, personAddress } from './load/requests.ts'
import { API_KEY } from './services.ts'

const now = new Date()
const row: TaskRow = {
  id: '0192f0c1-0000-7000-8000-000000000001',
  title: NEW_TASK.title,
  description: null,
  status: 'Pending',
  assignee: personAddress(0),
  created_by: 'key:bench',
  due_at: new Date(NEW_TASK.dueAt),
  remind_before: JSON.stringify(NEW_TASK.remindBefore),
  labels: [],
  external_ref: null,
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
const writer: Writer = { submit: async <_, Output>() => row as Output }

/** Nobody asks it anything. */
const db = new Kysely<Schema>({
  dialect: {
    createAdapter: () => new PostgresAdapter(),
    createDriver: () => new DummyDriver(),
    createIntrospector: (kysely) => new PostgresIntrospector(kysely),
    createQueryCompiler: () => new PostgresQueryCompiler(),
  },
})

await runProcess('api', async ({ log, atEnd }) => {
  const config = { HOST: '127.0.0.1', PORT: 0 }
  const secrets = makeSecrets('a secret of the bench, for nothing that lasts')
  const brokerHealth = () => ({ connected: true })
  const api = await startApi({ db, writer, config, apiKeys: [API_KEY], clock: systemClock, log, brokerHealth, secrets })
  atEnd(() => api.close())
  log.info({ url: api.url }, 'ready')
})
