import { mkdir, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { COMMAND, PING_URL, SNIPPETS, type SnippetId } from '@lifeline/api/clients/snippets'
import { freePort } from '@lifeline/testing/free-ports'
import { type Language, missingPrograms, runSnippet } from '@lifeline/testing/run-snippet'
import type { CronJob } from 'kubernetes-types/batch/v1.js'
import t, { type Test } from 'tap'
import { parse } from 'yaml'
import { manifestTypeProblems } from '../../../scripts/deployment/check-manifest-types.ts'
import { givenApi } from './given-api.ts'
import { pathOf, registered } from './given-scheduler.ts'

const api = await givenApi(t)
const base = await api.app.listen({ host: '127.0.0.1', port: 0 })
// It is closed when all tests have ended, for which tap waits until nothing is open.
api.app.server.unref()

/** A snippet with what somebody fills in, as the page and an editor would. */
const filled = (id: SnippetId, url: string, command: string) =>
  (SNIPPETS.find((snippet) => snippet.id === id)?.text ?? '').replaceAll(PING_URL, url).replaceAll(COMMAND, command)

/** A folder with a job that says two lines and ends with the exit code in JOB_EXIT. npx finds the command of our own package there. */
async function givenFolder(t: Test) {
  const folder = t.testdir()
  const job = join(folder, 'job')
  await writeFile(job, '#!/bin/sh\necho working\necho the end\nexit "$JOB_EXIT"\n', { mode: 0o755 })
  await mkdir(join(folder, 'node_modules/.bin'), { recursive: true })
  await symlink(
    fileURLToPath(new URL('../../../packages/run/src/main.js', import.meta.url)),
    join(folder, 'node_modules/.bin/lifeline-run'),
  )
  return { folder, job }
}

/** What cron would run: the line without its five fields; a bare % would be a line break. */
function lineOf(crontab: string): string {
  const [, command = ''] = /^(?:\S+ ){5}(.+)\n$/.exec(crontab) ?? []
  t.notMatch(command, /(?<!\\)%/)
  return command.replaceAll('\\%', '%')
}

/** A command of a unit as systemd hands it on; `-` says that its failure does not count. */
const execOf = (unit: string, name: string) => (new RegExp(`^${name}=-?(.+)$`, 'm').exec(unit)?.[1] ?? '').replaceAll('$$', '$')

/** The unit as a script: before, the command, and after it what systemd says of it. */
const unitScript = (unit: string, how = 'exited') => `${execOf(unit, 'ExecStartPre')}
${execOf(unit, 'ExecStart')}
code=$?
test $code = 0 && export SERVICE_RESULT=success || export SERVICE_RESULT=exit-code
export EXIT_CODE=${how} EXIT_STATUS=${how === 'exited' ? '$code' : 'TERM'}
${execOf(unit, 'ExecStopPost')}
exit $code
`

function podScript(manifest: string): string {
  const [container] = (parse(manifest) as CronJob).spec?.jobTemplate.spec?.template.spec?.containers ?? []
  const { env = [], command = [], args = [] } = container ?? {}
  t.strictSame(command, ['sh', '-c'])
  return `${env.map(({ name, value }) => `export ${name}='${value}' HOSTNAME=backup-29401-x7k2p`).join('\n')}\n${args.join(' ')}`
}

interface Runnable {
  language: Language
  programs: readonly string[]
  script(text: string): string
  /** What is kept of a success, and of a failure with the exit code 3, beside the start. */
  success: object
  failure: object
  /** The exit code of the script after that failure: the job's own where it can be. */
  ends: number
}

const same = (text: string) => text
const shell = {
  language: 'sh',
  programs: ['sh', 'curl'],
  script: same,
  success: { exitCode: 0 },
  failure: { exitCode: 3 },
  ends: 3,
} as const
const OUTPUT = { body: 'working\nthe end\n' }
const POD = { runId: 'backup-29401-x7k2p' }
const RUNNABLE: Partial<Record<SnippetId, Runnable>> = {
  curl: { ...shell, success: { exitCode: 0, ...OUTPUT }, failure: { exitCode: 3, ...OUTPUT } },
  crontab: { ...shell, script: lineOf, ends: 0 },
  'lifeline-run': { ...shell, programs: ['npx'], success: OUTPUT, failure: { exitCode: 3, ...OUTPUT } },
  'systemd-service': {
    ...shell,
    script: unitScript,
    success: { exitCode: 0, body: 'success 0' },
    failure: { exitCode: 3, body: 'exit-code 3' },
  },
  kubernetes: { ...shell, script: podScript, success: { exitCode: 0, ...POD }, failure: { exitCode: 3, ...POD } },
  python: { language: 'python', programs: ['python3'], script: same, success: {}, failure: { body: /exit status 3/ }, ends: 1 },
  node: { language: 'js', programs: [], script: same, success: {}, failure: { body: /Command failed/ }, ends: 1 },
}

for (const [id, { language, programs, script, success, failure, ends }] of Object.entries(RUNNABLE) as [SnippetId, Runnable][]) {
  t.test(
    `${id}: a job that succeeds and one that fails are reported`,
    { skip: missingPrograms(`The snippet ${id}`, programs) },
    async (t) => {
      const { folder: cwd, job } = await givenFolder(t)
      const scheduler = await registered(api, { name: id })
      const run = (url: string, code: number) =>
        runSnippet(language, script(filled(id, url, job)), { env: { JOB_EXIT: String(code) }, cwd })
      for (const code of [0, 3]) {
        const { exitCode, stdout, stderr } = await run(base + pathOf(scheduler.pingUrl), code)
        t.equal(exitCode, code === 0 ? 0 : ends, stderr)
        t.match(stdout, /the end/, 'what the job says is still there')
      }
      const { items: pings } = (await api.send('GET', `/api/v1/schedulers/${scheduler.id}/pings`)).json
      t.equal(pings.length, 4)
      t.match(pings.reverse(), [{ kind: 'start' }, { kind: 'success', ...success }, { kind: 'start' }, { kind: 'fail', ...failure }])
      t.match((await api.send('GET', `/api/v1/schedulers/${scheduler.id}`)).json, { status: 'Down', running: false })

      const away = await run(`http://127.0.0.1:${await freePort()}/ping/x`, 0)
      t.match(away.stdout, /the end/, 'the job runs although Lifeline is away')
      // cron does not look at what a line ends with.
      if (id !== 'crontab') t.equal(away.exitCode, 0, away.stderr)
    },
  )
}

t.test('systemd: a service that is killed has failed', { skip: missingPrograms('The systemd unit', ['sh', 'curl']) }, async (t) => {
  const { id, pingUrl } = await registered(api, { name: 'killed' })
  const unit = filled('systemd-service', base + pathOf(pingUrl), (await givenFolder(t)).job)
  await runSnippet('sh', unitScript(unit, 'killed'), { env: { JOB_EXIT: '1' } })
  const { items } = (await api.send('GET', `/api/v1/schedulers/${id}/pings`)).json
  t.match(items, [{ kind: 'fail', exitCode: null, body: 'exit-code TERM' }, { kind: 'start' }])
})

const noSystemd = missingPrograms('The check of the systemd units', ['systemd-analyze'])
t.test('systemd has nothing to say against the units', { skip: noSystemd }, async (t) => {
  const { folder, job } = await givenFolder(t)
  await writeFile(join(folder, 'backup.service'), filled('systemd-service', 'http://127.0.0.1:3000/ping/x', job))
  await writeFile(join(folder, 'backup.timer'), filled('systemd-timer', '', job))
  const { exitCode, stderr } = await runSnippet('sh', `systemd-analyze verify ${folder}/backup.timer ${folder}/backup.service`)
  t.equal(exitCode, 0)
  const ours = stderr.split('\n').filter((line) => line.includes(folder) || /^backup\./.test(line))
  t.strictSame(ours, [], stderr)
})

t.test('the CronJob is what Kubernetes takes', async (t) => {
  t.strictSame(manifestTypeProblems([{ folder: 'clients', manifests: [parse(filled('kubernetes', PING_URL, COMMAND))] }]), [])
})

t.test('the page shows all of them, and loads only files of ours', async (t) => {
  const { body } = await api.app.inject('/clients')
  const shown = [...body.matchAll(/<code>([\s\S]*?)<\/code>/g)].map(([, text = '']) =>
    text.replaceAll('&lt;', '<').replaceAll('&amp;', '&'),
  )
  t.strictSame(
    shown,
    SNIPPETS.map(({ text }) => text),
  )
  t.notMatch(body, /\son\w+=|javascript:|<script(?! src)/, 'no handlers in tags')
  const files = [...body.matchAll(/(?:src|href)="(?!data:)([^"]+)"/g)].map(([, path = '']) => new URL(path, 'http://x/clients').pathname)
  t.strictSame(files, ['/clients/clients.css', '/clients/clients.js', '/docs'])
  for (const url of files) t.equal((await api.app.inject({ url })).statusCode, 200, url)
  const ids = [...body.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id)
  t.equal(new Set(ids).size, ids.length, 'no id is there twice')
})
