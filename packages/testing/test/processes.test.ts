import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { startProcess } from '@lifeline/testing/processes'
import t from 'tap'

const script = join(t.testdir(), 'service.mjs')
writeFileSync(
  script,
  `import process from 'node:process'
   if (process.env.BROKEN) { console.error('no such database'); process.exit(3) }
   console.log('not JSON')
   setTimeout(() => console.log(JSON.stringify({ level: 30, msg: 'ready on port 1', zone: process.env.TZ, home: process.env.TEST_RUN_FOLDER })), 50)
   setInterval(() => {}, 1000)
   process.on('SIGTERM', () => process.exit(0))`,
)

t.test('is ready when it says so, and ends with its own exit code', async (t) => {
  const service = startProcess(t, script, {})
  const line = await service.ready()
  t.equal(line.zone, process.env.TZ)
  t.notOk('home' in line, 'variables of the runner do not reach it')
  t.equal(service.log[0]?.msg, 'not JSON')
  t.equal(await service.stop(), 0)
})

t.test('one that ends instead tells why', async (t) => {
  await t.rejects(startProcess(t, script, { BROKEN: '1' }).ready(), /exit code 3.*\n.*no such database/s)
})

t.test('kill9 leaves it no time', async (t) => {
  const service = startProcess(t, script, {})
  await service.ready()
  await service.kill9()
  t.equal(await service.stop(), null)
})
