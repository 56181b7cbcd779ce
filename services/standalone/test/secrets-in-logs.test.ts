import { freshDatabaseUrl } from '@lifeline/testing/databases'
import { eventually } from '@lifeline/testing/eventually'
import { freePort } from '@lifeline/testing/free-ports'
import { identify } from '@lifeline/testing/process-identity'
import { type StartedProcess, startProcess } from '@lifeline/testing/processes'
import t, { type Test } from 'tap'

const KEY = 'llk_test_hunter2hunter2hunter2'
const SECRETS = { LIFELINE_API_KEY: KEY, LIFELINE_SECRET: 'hunter2, which is also a secret of tests', LOG_LEVEL: 'trace' }
const SERVERS = ['api', 'coordinator', 'notifier', 'clock', 'standalone'].map((name) => `services/${name}/src/main.ts`)
const MIGRATE = 'packages/backbone/src/migrate-database.ts'

const start = (t: Test, script: string, env: Record<string, string>) =>
  startProcess(t, script, { PORT: '0', OPS_PORT: '0', HOST: '127.0.0.1', LIFELINE_DATA: t.testdir(), ...SECRETS, ...env })
const ended = ({ pid }: StartedProcess) => eventually(() => identify(pid) === undefined)
const saysNothing = (t: Test, process: StartedProcess) => t.notMatch(process.output(), /hunter2/)

for (const script of [...SERVERS, MIGRATE]) {
  t.test(`${script} names what is wrong with its variables, all at once, and no value`, async (t) => {
    const process = start(t, script, {
      DATABASE_URL: 'mysql://ann:hunter2@db',
      BROKER_URL: 'amqp://ann:hunter2%@broker',
      MAIL_URL: 'ses://ann:hunter2@eu-west-1',
      LIFELINE_API_KEY: 'hunter2',
      LIFELINE_SECRET: 'hunter2',
      LIFELINE_SECERT: 'hunter2',
      LOG_LEVEL: 'loud',
    })
    await ended(process)
    t.equal(await process.stop(), 1)
    const fatal = process.log.filter(({ level }) => level === 60)
    t.match(fatal, [{ msg: /DATABASE_URL must be[\s\S]*LOG_LEVEL must be[\s\S]*did you mean LIFELINE_SECRET\?$/ }], process.output())
    t.notMatch(process.output(), /"stack"|\n {4}at /)
    saysNothing(t, process)
  })
}

t.test('backends that are away are logged without the password, and so is a key that somebody sends', async (t) => {
  const away = `ann:hunter2@127.0.0.1:${await freePort()}`
  const env = {
    DATABASE_URL: await freshDatabaseUrl(t, 'pglite'),
    MAIL_URL: `smtp://${away}`,
    OPS_URL: `http://127.0.0.1:${await freePort()}/hunter2`,
  }
  const process = start(t, 'services/standalone/src/main.ts', env)
  const { url } = await process.ready()
  const send = (key: string, body: string) =>
    fetch(`${url}/tasks?token=hunter2`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body,
    })
  const created = await send(KEY, JSON.stringify({ title: 'Write', assignee: 'ann@example.org' }))
  t.equal(created.status, 201)
  t.equal((await send('llk_test_hunter2hunter2hunter3', '{}')).status, 401)
  t.equal((await send(KEY, '{"hunter2')).status, 400)
  await eventually(() => process.log.some(({ msg }) => /mail|notification/i.test(msg)))
  t.equal(await process.stop(), 0)
  // Only the welcome, which is for whoever started it, shows the key.
  t.notMatch(process.output().replace(`Bearer ${KEY}`, ''), /hunter2/)
})

t.test('so are a broker and a database that are away', async (t) => {
  const away = `ann:hunter2@127.0.0.1:${await freePort()}`
  const broken = start(t, 'services/standalone/src/main.ts', { DATABASE_URL: 'pglite:', BROKER_URL: `amqp://${away}` })
  await broken.ready()
  await eventually(() => broken.log.some(({ msg }) => /broker|rabbit/i.test(msg)))
  await broken.stop()
  t.notMatch(broken.output().replace(`Bearer ${KEY}`, ''), /hunter2/)
  const migrate = start(t, MIGRATE, { DATABASE_URL: `postgres://${away}/lifeline` })
  await ended(migrate)
  saysNothing(t, migrate)
})
