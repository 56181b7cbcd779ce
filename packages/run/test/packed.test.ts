import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import t from 'tap'
import { givenLifeline } from './given-lifeline.ts'
import { runBin } from './run-bin.ts'

const run = promisify(execFile)
const PACKAGE = fileURLToPath(new URL('..', import.meta.url))

t.test('packed and run by npx, as a user would', async (t) => {
  const { register } = await givenLifeline(t)
  const job = await register('packed')
  const folder = t.testdir({})
  const { stdout } = await run('npm', ['pack', '--json', '--pack-destination', folder], { cwd: PACKAGE })
  const [{ filename, files }] = JSON.parse(stdout)
  t.strictSame(files.map(({ path }: { path: string }) => path).sort(), [
    'package.json',
    ...['main', 'ping', 'read-arguments', 'run-command', 'tail'].map((name) => `src/${name}.js`),
  ])
  // A cache of its own, and nothing to fetch: it has no dependencies.
  const npx = ['npx', '--yes', '--offline', `--cache=${join(folder, 'cache')}`, `--package=${join(folder, filename)}`, 'lifeline-run']
  const { ended } = runBin(['--', 'sh', '-c', 'echo "from npx"; exit 5'], job.env, npx)
  t.match(await ended, { code: 5, out: 'from npx\n' })
  t.match(await job.pings(), [{ kind: 'fail', exitCode: 5, body: 'from npx\n' }, { kind: 'start' }])
})
