import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { eventually } from '@lifeline/testing/eventually'
import { identify, isAlive } from '@lifeline/testing/process-identity'
import { startProcess } from '@lifeline/testing/processes'
import { sweepDeadRuns } from '@lifeline/testing/sweep'
import t from 'tap'
import { processesIn } from './process-list.ts'

t.test('what a killed run leaves behind is ended and removed by the next one', async (t) => {
  const script = join(t.testdir(), 'owner.ts')
  const postgres = import.meta.resolve('@lifeline/testing/postgres')
  writeFileSync(
    script,
    `import { startPostgres } from '${postgres}'
     const { folder, pid } = await startPostgres()
     console.log(JSON.stringify({ msg: 'ready', folder, pid: pid() }))
     setInterval(() => {}, 1000)`,
  )
  const owner = startProcess(t, script, {})
  const { folder, pid } = await owner.ready()
  const server = identify(Number(pid)) ?? ''

  sweepDeadRuns()
  t.equal(isAlive(server), true, 'its owner lives')
  await owner.kill9()
  t.equal(isAlive(server), true, 'nobody ended it')
  sweepDeadRuns()
  t.equal(existsSync(String(folder)), false)
  await eventually(() => !isAlive(server) && (processesIn(String(folder)) ?? []).length === 0)
})
