import { migrate } from '@lifeline/backbone/db/migrate'
import { openDatabase } from '@lifeline/backbone/db/open'
import { freshDatabaseUrl } from '@lifeline/testing/databases'
import { eventually } from '@lifeline/testing/eventually'
import { freePort } from '@lifeline/testing/free-ports'
import { type Refusal, startRefusingServer } from '@lifeline/testing/oracle/refusing-server'
import { identify } from '@lifeline/testing/process-identity'
import { type StartedProcess, startProcess } from '@lifeline/testing/processes'
import { testEnvironment } from '@lifeline/testing/test-environment'
import t, { type Test } from 'tap'
import { KEY, SECRET } from './given-api.ts'

const API = 'services/api/src/main.ts'
const MIGRATE = 'packages/backbone/src/migrate-database.ts'

const start = (t: Test, url: string, script = API) =>
  startProcess(t, script, { LIFELINE_API_KEY: KEY, LIFELINE_SECRET: SECRET, HOST: '127.0.0.1', PORT: '0', DATABASE_URL: url })

/** The process ends by itself with exit code 1; its one fatal line is a sentence, and no line has a stack. */
async function ends(t: Test, process: StartedProcess, sentence: RegExp, why?: RegExp) {
  await eventually(() => identify(process.pid) === undefined, { timeoutMs: 20_000 })
  t.equal(await process.stop(), 1)
  const fatal = process.log.filter(({ level }) => level === 60)
  t.match(fatal, [{ msg: sentence, ...(why === undefined ? {} : { why }) }], process.output())
  t.notMatch(process.output(), /"stack"|\n {4}at |secret/)
}

const postgresWith = (change: Partial<URL>) => Object.assign(new URL(testEnvironment('TEST_DATABASE_URL')), change).href

const WRONG_URLS: readonly [url: string, sentence: RegExp][] = [
  ['postgres://lifeline:secret@127.0.0.1:port/lifeline', /DATABASE_URL must be postgres:\/\/user:password@host:5432\/database/],
  ['oracle://lifeline:secret@127.0.0.1', /it has no service/],
  ['oracle://lifeline:secret%@127.0.0.1/pdb', /write it as %25/],
]

for (const [url, sentence] of WRONG_URLS) {
  t.test(`${url} is told what is wrong with it`, async (t) => {
    await ends(t, start(t, url), sentence)
  })
}

t.test('PostgreSQL without the database, or without the user, is said in a sentence', async (t) => {
  await ends(t, start(t, postgresWith({ pathname: '/nowhere' })), /no such database/, /"nowhere" does not exist/)
  await ends(t, start(t, postgresWith({ username: 'nobody' })), /does not let this user in/, /role "nobody" does not exist/)
  await ends(t, start(t, postgresWith({ search: '?sslmode=verify-full' })), /does not speak TLS/)
})

const REFUSED: readonly [what: string, refusal: Refusal, sentence: RegExp, why: RegExp][] = [
  ['an unknown service', { listener: 12_514 }, /no such service: look at DATABASE_URL/, /^NJS-518/],
  ['a SID', { listener: 12_505 }, /a service, not a SID/, /^NJS-519/],
  ['a wrong password', { login: 1_017 }, /no such user and password: look at DATABASE_URL/, /^ORA-01017/],
  ['a locked user', { login: 28_000 }, /user is locked/, /^ORA-28000/],
  ['a server that requires Native Network Encryption', 'wants encryption', /Native Network Encryption.*TLS/, /^NJS-533.*ORA-12660/],
]

for (const [what, refusal, sentence, why] of REFUSED) {
  t.test(`Oracle: ${what} is said in a sentence, and tried once`, async (t) => {
    const server = await startRefusingServer(t, refusal)
    await ends(t, start(t, server.url), sentence, why)
    t.equal(server.attempts(), 1)
  })
}

t.test('npm run migrate says the same', async (t) => {
  const server = await startRefusingServer(t, { login: 1_017 })
  await ends(t, start(t, server.url, MIGRATE), /no such user and password/, /^ORA-01017/)
})

t.test('npm run migrate does not wait for a server that is away', async (t) => {
  const port = await freePort()
  await ends(t, start(t, `postgres://lifeline@127.0.0.1:${port}/x`, MIGRATE), /cannot be reached/, /^connect ECONNREFUSED/)
  await ends(t, start(t, `oracle://lifeline:secret@127.0.0.1:${port}/pdb`, MIGRATE), /cannot be reached/, /^NJS-503.*ECONNREFUSED/)
})

t.test('a schema with a breaking migration that we do not know is refused, naming it', async (t) => {
  const url = await freshDatabaseUrl(t, 'postgres')
  const db = await openDatabase(url)
  await db.insertInto('migrations').values({ file: '9999-new-life.breaking.sql', step: 0, applied_at: new Date() }).execute()
  await db.destroy()
  await ends(t, start(t, url), /9999-new-life\.breaking\.sql, which this version does not know/)
})

t.test('a schema that is half migrated is waited for, naming what is missing', async (t) => {
  const url = await freshDatabaseUrl(t, 'postgres')
  const db = await openDatabase(url)
  t.after(() => db.destroy())
  const { file, step } = await db
    .selectFrom('migrations')
    .select(['file', 'step'])
    .where('file', 'like', '0003-%')
    .orderBy('step', 'desc')
    .executeTakeFirstOrThrow()
  await db.schema.dropIndex('notifications_sent_at').execute()
  await db.deleteFrom('migrations').where('file', '=', file).where('step', '=', step).execute()
  const api = start(t, url)
  const waiting = await eventually(() => api.log.find(({ msg }) => msg.startsWith('waiting for the schema')))
  t.match(waiting, { msg: /run npm run migrate/, missing: [file] })
  await migrate(db)
  await api.ready()
  t.equal(await api.stop(), 0)
})
