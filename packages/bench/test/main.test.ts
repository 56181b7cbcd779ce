import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { openScope } from '../src/scope.ts'

t.test('an unknown figure is told with the list, before anything is started', async (t) => {
  const main = fileURLToPath(new URL('../src/main.ts', import.meta.url))
  const { status, stderr } = spawnSync(process.execPath, [main, 'creates'], { encoding: 'utf8' })
  t.equal(status, 1)
  t.equal(
    stderr,
    'There is no figure called creates. There are: create, move, auth, relay, mail, aggregate, lists, sweep, heartbeats, detection, schedulers, memory.\n',
  )
})

t.test('a scope ends what was started, the newest first, and at once what comes late', async (t) => {
  const scope = openScope()
  const ended: string[] = []
  scope.after(() => ended.push('server'))
  scope.after(() => Promise.reject(new Error('ended by itself')))
  scope.after(() => ended.push('client'))
  await scope.close()
  t.strictSame(ended, ['client', 'server'])
  scope.after(() => ended.push('late'))
  t.strictSame(ended, ['client', 'server', 'late'])
})
