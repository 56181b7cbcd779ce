import { readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { eventually } from '@lifeline/testing/eventually'
import { startProcess } from '@lifeline/testing/processes'
import { startProvider } from '@lifeline/testing/provider'
import { fencedBlocks, missingPrograms, runSnippet } from '@lifeline/testing/run-snippet'
import t from 'tap'
import { client } from './start-test-standalone.ts'

const page = readFileSync(new URL('../../api/API_USAGE.md', import.meta.url), 'utf8')

/** What the blocks of a language leave behind, and what they need. */
const SECTIONS = [
  { language: 'sh', programs: ['sh', 'curl'], scheduler: 'nightly-backup', window: 'New disks', failure: 'the disk is full' },
  { language: 'ts', programs: [], scheduler: 'invoices', window: 'New printer', failure: 'Error: the printer is on fire' },
  { language: 'python', programs: ['python3'], scheduler: 'report', window: 'New data', failure: "RuntimeError('no data')" },
] as const

/** More than may be at once where the burst is used up: who does not wait as Retry-After says fails. */
const MANY = {
  // biome-ignore lint/suspicious/noTemplateCurlyInString: it is a program.
  ts: 'await Promise.all(Array.from({ length: 20 }, () => call("POST", `/schedulers/${id}/heartbeat`)))',
  // One after the other they would be slow enough, on a busy machine.
  python: `from concurrent.futures import ThreadPoolExecutor
with ThreadPoolExecutor(20) as pool: list(pool.map(lambda _: call("POST", f"/schedulers/{id}/heartbeat"), range(20)))`,
}

t.test('API_USAGE.md: every block runs', { timeout: 300_000 }, async (t) => {
  const hook = await startProvider(t)
  const folder = t.testdir()
  // The hook listens on this machine.
  const ours = { PORT: '0', LIFELINE_DATA: folder, WEBHOOK_ALLOW_PRIVATE: 'true' }
  const { url } = (await startProcess(t, 'services/standalone/src/main.ts', ours).ready()) as unknown as { url: string }
  const apiKey = (await readFile(`${folder}/api-key`, 'utf8')).trim()
  const env = { LIFELINE_URL: url, LIFELINE_API_KEY: apiKey, HOOK_URL: hook.url }
  const { call } = client({ url, apiKey })
  const sections = SECTIONS.map((section) => ({
    ...section,
    blocks: fencedBlocks(page, section.language),
    skip: missingPrograms(`The ${section.language} blocks of API_USAGE.md`, section.programs),
  }))

  t.test('none is in another language', async (t) => {
    const count = sections.reduce((sum, { blocks }) => sum + blocks.length, 0)
    t.equal(page.match(/^```/gm)?.length, 2 * count)
  })

  for (const { language, blocks, scheduler, window, failure, skip } of sections) {
    t.test(language, { skip }, async (t) => {
      const script = [...(language === 'sh' ? ['set -eu'] : []), ...blocks].join('\n')
      const { exitCode, stdout, stderr } = await runSnippet(language, script, { env })
      t.equal(exitCode, 0, `${stdout}\n${stderr}`)
      const [{ id }] = (await call('GET', `/api/v1/schedulers?name=${scheduler}`)).body.items
      const { items: runs } = (await call('GET', `/api/v1/schedulers/${id}/runs`)).body
      t.equal(runs.length, 3)
      t.match(runs, [{ outcome: 'Succeeded' }, { outcome: 'Failed', error: failure }, { outcome: 'Succeeded' }])
      const { items: pings } = (await call('GET', `/api/v1/schedulers/${id}/pings`)).body
      t.ok(pings.some(({ kind }: { kind: string }) => kind === 'heartbeat'))
      const { items: history } = (await call('GET', `/api/v1/schedulers/${id}/history`)).body
      const actions = history.map(({ action }: { action: string }) => action).reverse()
      t.strictSame(actions.slice(0, 6), ['registered', 'up', 'down', 'recovered', 'paused', 'resumed'])
      const incident = await eventually(async () => {
        const { items } = (await call('GET', `/api/v1/incidents?schedulerId=${id}`)).body
        return items.length === 1 && items[0].status === 'Resolved' && items[0]
      })
      t.match(incident, { acknowledgedBy: 'key:local', resolution: 'recovered' })
      const { items: windows } = (await call('GET', '/api/v1/maintenance-windows')).body
      t.equal(windows.filter(({ name }: { name: string }) => name === window).length, 1, 'sent twice, there once')
    })
  }

  for (const { language, blocks, skip, scheduler } of sections) {
    if (language === 'sh') continue
    t.test(`${language} sends again what was too much`, { skip }, async (t) => {
      const refused = async () => {
        const metrics = await (await fetch(`${url}/metrics`)).text()
        return Number(/^http_request_duration_seconds_count\{.*heartbeat.*status_code="429"\} (\d+)$/m.exec(metrics)?.[1] ?? 0)
      }
      const { id } = (await call('POST', '/api/v1/schedulers/register', { name: scheduler, periodSeconds: 3_600 })).body
      const beats = () => Promise.all(Array.from({ length: 60 }, () => call('POST', `/api/v1/schedulers/${id}/heartbeat`)))
      await eventually(async () => (await beats()).some(({ status }) => status === 429))
      const before = await refused()
      const [caller = '', register = ''] = blocks
      const { exitCode, stderr } = await runSnippet(language, [caller, register, MANY[language]].join('\n'), { env })
      t.equal(exitCode, 0, stderr)
      t.ok((await refused()) > before, 'and some were too much')
    })
  }

  const ran = sections.filter(({ skip }) => skip === false).length
  await eventually(() => hook.received.filter(({ body }) => JSON.parse(body).type === 'channel.test').length === ran)
  t.pass('each channel was told its test')
})
