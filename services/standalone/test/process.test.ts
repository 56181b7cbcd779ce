import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { freshDatabaseUrl } from '@lifeline/testing/databases'
import { eventually } from '@lifeline/testing/eventually'
import { identify } from '@lifeline/testing/process-identity'
import { startProcess } from '@lifeline/testing/processes'
import { type Test, test } from 'tap'
import { client } from './start-test-standalone.ts'

const MAIN = 'services/standalone/src/main.ts'

async function startMain(t: Test, folder: string, databaseUrl: string) {
  const process = startProcess(t, MAIN, { PORT: '0', LIFELINE_DATA: folder, DATABASE_URL: databaseUrl })
  const { url } = await process.ready(60_000)
  const apiKey = (await readFile(join(folder, 'api-key'), 'utf8')).trim()
  return { process, url: String(url), ...client({ url: String(url), apiKey }) }
}

test('kill -9 right after a 201 loses no acknowledged task, and its mail still comes', async (t) => {
  const folder = t.testdir()
  const databaseUrl = await freshDatabaseUrl(t, 'pglite')
  const first = await startMain(t, folder, databaseUrl)
  const acknowledged: { id: string; title: string }[] = []
  const enough = Promise.withResolvers<void>()
  const post = async (title: string) => {
    const { status, body } = await first.call('POST', '/tasks', { title, assignee: 'ben@example.org' })
    if (status !== 201) return
    acknowledged.push({ id: body.id, title })
    if (acknowledged.length === 20) enough.resolve()
  }
  // Those that were in flight when it died may exist or not.
  const posts = Array.from({ length: 60 }, (_, i) => post(`Task ${i}`).catch(() => {}))
  await enough.promise
  await first.process.kill9()
  await Promise.all(posts)

  const second = await startMain(t, folder, databaseUrl)
  for (const { id, title } of acknowledged) t.match(await second.call('GET', `/tasks/${id}`), { status: 200, body: { title } })
  const announced = async () => new Set((await second.mails()).map(({ subject }) => subject))
  await eventually(
    async () => {
      const subjects = await announced()
      return acknowledged.every(({ title }) => subjects.has(`New task: ${title}`))
    },
    { timeoutMs: 30_000 },
  )
})

test('what the welcome says works: its curl, when pasted, and Ctrl-C, which ends everything within two seconds', async (t) => {
  const { process: child, mails } = await startMain(t, t.testdir(), await freshDatabaseUrl(t, 'pglite'))
  const output = await eventually(() => /Ctrl-C stops it/.test(child.output()) && child.output())
  const curl = /^ {2}curl (?:.*\\\n)*.*$/m.exec(output)?.[0] ?? ''
  const { stdout } = await promisify(execFile)('bash', ['-c', `${curl} --silent --show-error --fail`])
  t.match(JSON.parse(stdout), { title: 'Try Lifeline', assignee: 'ann@example.org', status: 'Pending', remindBefore: ['PT30S'] })
  await eventually(async () => (await mails()).some(({ subject }) => subject === 'New task: Try Lifeline'))
  for (const [, shown] of output.matchAll(/(http:\S+\/(?:docs|mailbox|metrics))\b/g))
    t.equal((await fetch(String(shown))).status, 200, String(shown))

  const from = performance.now()
  process.kill(child.pid, 'SIGINT')
  await eventually(() => identify(child.pid) === undefined, { everyMs: 10 })
  const tookMs = performance.now() - from
  t.ok(tookMs < 2_000, `ended after ${Math.round(tookMs)} ms`)
  t.equal(await child.stop(), 0)
  t.notOk(
    child.log.some(({ level }) => Number(level) >= 40),
    'without a warning',
  )
})
