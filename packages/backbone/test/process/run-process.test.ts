import { spawnSync } from 'node:child_process'
import { resolve } from 'node:path'
import { eventually } from '@lifeline/testing/eventually'
import { identify } from '@lifeline/testing/process-identity'
import { type StartedProcess, startProcess } from '@lifeline/testing/processes'
import { type Test, test } from 'tap'

const SCRIPT = 'packages/backbone/test/process/test-process.ts'
const CLOSED = ['closed the third', 'closed the second', 'closed the first']

const start = (t: Test, how: string) => startProcess(t, SCRIPT, { HOW: how })
const said = ({ log }: StartedProcess, words: RegExp) => log.map(({ msg }) => msg).filter((msg) => words.test(msg))
const ended = ({ pid }: StartedProcess) => eventually(() => identify(pid) === undefined)

test('SIGTERM closes what was opened, the last first, and the exit code is 0', async (t) => {
  const child = start(t, 'fine')
  await child.ready()
  t.equal(await child.stop(), 0)
  t.strictSame(said(child, /^closed/), CLOSED)
  t.match(child.log.at(-1), { msg: 'stopped', process: 'test' })
  t.match(
    child.log.find(({ msg }) => msg === 'stopping'),
    { why: 'SIGTERM' },
  )
})

test('SIGINT does the same', async (t) => {
  const child = start(t, 'fine')
  await child.ready()
  process.kill(child.pid, 'SIGINT')
  await ended(child)
  t.equal(await child.stop(), 0)
  t.strictSame(said(child, /^closed/), CLOSED)
})

test('a process may end by itself', async (t) => {
  const child = start(t, 'ends')
  await ended(child)
  t.equal(await child.stop(), 0)
  t.strictSame(said(child, /^closed/), CLOSED)
})

test('one that cannot start closes what it had opened, says why, and ends with 1', async (t) => {
  const child = start(t, 'cannot start')
  await ended(child)
  t.equal(await child.stop(), 1)
  t.match(
    child.log.find(({ level }) => level === 60),
    { msg: 'could not start', err: { message: 'no such database', stack: /test-process/ } },
  )
  t.strictSame(said(child, /^closed/), CLOSED)
})

test('one that is told to end while it starts has not failed', async (t) => {
  const child = start(t, 'starts slowly')
  await child.ready()
  t.equal(await child.stop(), 0)
  t.strictSame(said(child, /^closed/), CLOSED)
})

test('what cannot be closed keeps nothing else from being closed, and the exit code is 1', async (t) => {
  const child = start(t, 'cannot close')
  await child.ready()
  t.equal(await child.stop(), 1)
  t.strictSame(said(child, /^closed/), CLOSED.slice(1))
  t.strictSame(said(child, /closing failed|stuck/).length, 1)
})

test('a wrong configuration is told in words, without a stack', async (t) => {
  const child = start(t, 'sideways')
  await ended(child)
  t.equal(await child.stop(), 1)
  const fatal = child.log.find(({ level }) => level === 60)
  t.match(fatal, { msg: /configuration cannot be used:\nHOW / })
  t.notOk(fatal && 'err' in fatal)
})

/** Runs it in a folder of its own, where it may find a `.env`, and answers the lines it printed. */
function runIn(folder: string, env: Record<string, string>) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [resolve(SCRIPT)], { cwd: folder, env, encoding: 'utf8' })
  return { status, stderr, fatal: stdout.split('\n').find((line) => line.includes('"level":60')) ?? '' }
}

test('.env is read where it is there; what the environment says goes first', async (t) => {
  const folder = t.testdir({ '.env': 'HOW=ends\nLIFELINE_API_KEY=of-another-process' })
  t.match(runIn(folder, {}), { status: 0, stderr: '', fatal: '' })
  t.match(runIn(folder, { HOW: 'sideways' }), { status: 1, stderr: '', fatal: /HOW must be one of fine/ })
})

test('a .env that cannot be read is said in words', async (t) => {
  t.match(runIn(t.testdir({ '.env': {} }), { HOW: 'ends' }), { status: 1, stderr: '', fatal: /\.env cannot be read: [^\\]*\."/ })
})

test('a LOG_LEVEL that does not exist is a problem like any other', async (t) => {
  const folder = t.testdir({ level: 'fatal\n' })
  t.match(runIn(folder, { HOW: 'sideways', LOG_LEVEL: 'loud' }), { status: 1, stderr: '', fatal: /HOW must be/ })
  t.equal(runIn(folder, { HOW: 'sideways', LOG_LEVEL: 'silent' }).fatal, '')
  t.match(runIn(folder, { HOW: 'sideways', LOG_LEVEL_FILE: 'level' }), { status: 1, fatal: /HOW must be/ })
})
