import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { freePort } from '@lifeline/testing/free-ports'
import t, { type Test } from 'tap'
import { givenApi, KEY } from './given-api.ts'

const MAIN = fileURLToPath(new URL('../src/healthchecks/cli/main.ts', import.meta.url))

/** The command in a folder of its own, where no `.env` and no key is. */
function givenCommand(t: Test, env: Record<string, string> = {}, files: Record<string, string> = {}) {
  const folder = t.testdir(files)
  return (...args: string[]) =>
    new Promise<{ code: number | null; out: string; note: string }>((resolve, reject) => {
      const child = spawn(process.execPath, [MAIN, ...args], { cwd: folder, env: { PATH: process.env.PATH, ...env } })
      const heard = { out: '', note: '' }
      child.stdout.on('data', (data) => (heard.out += data))
      child.stderr.on('data', (data) => (heard.note += data))
      child.on('error', reject)
      child.on('close', (code) => resolve({ code, ...heard }))
    })
}

/** A healthchecks that lists checks to whoever has its key. */
async function givenHealthchecks(t: Test, checks: object[]) {
  const server = createServer((request, response) => {
    const isRight = request.url === '/api/v3/checks/' && request.headers['x-api-key'] === 'hck'
    response.writeHead(isRight ? 200 : 401, { 'content-type': 'application/json' })
    response.end(JSON.stringify(isRight ? { checks } : { error: 'wrong api key' }))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => server.close())
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

async function givenLifeline(t: Test) {
  const api = await givenApi(t)
  return { ...api, url: await api.app.listen({ port: 0, host: '127.0.0.1' }) }
}

t.test('checks come over in batches, with a table and a sum, and again nothing changes', async (t) => {
  const { url, send } = await givenLifeline(t)
  const long = 'é'.repeat(2_000)
  const checks = Array.from({ length: 300 }, (_, i) => ({ name: `job ${i}`, timeout: 60, grace: 60, desc: long }))
  const from = await givenHealthchecks(t, checks)
  const run = givenCommand(t, { LIFELINE_API_KEY: KEY, HEALTHCHECKS_API_KEY: 'hck' })
  const first = await run('--from', `${from}/`, '--to', url)
  t.match(first, { code: 0, note: '', out: /^check +outcome +notes\njob 0 +registered +without desc, ping_url\n/ })
  t.match(first.out, /\n\n300 checks: 300 registered, 0 edited, 0 unchanged, 0 refused\.\n$/)
  t.match(await run('--from', `${from}/api/v3/checks/`, '--from-key', 'hck', '--to', `${url}/`), { code: 0, out: /300 unchanged/ })
  t.equal((await send('GET', '/schedulers?page=1')).json.total, 300)
})

t.test('a file is taken too; what was refused is told, and ends with 1', async (t) => {
  const { url } = await givenLifeline(t)
  const checks = JSON.stringify({
    checks: [
      { name: 'bad\u001b[31m', schedule: 'daily' },
      { name: 'good', timeout: 60 },
    ],
  })
  const files = { 'checks.json': checks, 'list.json': '[]', 'no.json': '{', 'none.json': '{"checks": []}' }
  const run = givenCommand(t, { LIFELINE_API_KEY: KEY }, files)
  const { code, out } = await run('--from', 'checks.json', '--to', url)
  t.equal(code, 1)
  t.match(out, /bad\?\[31m +refused +schedule must be a cron expression.*\ngood +registered.*\n\n2 checks: 1 registered, .* 1 refused\.\n$/)
  t.match(await run('--from', 'none.json', '--to', url), { code: 0, out: /^0 checks/ })
  t.match(await run('--from', 'list.json', '--to', url), { code: 1, note: /^list\.json is not the list of checks[^\n]*\n$/ })
  t.match(await run('--from', 'no.json', '--to', url), { code: 1, note: 'no.json is no JSON.\n' })
})

t.test('a key that is wrong, somebody else, and nobody are told in a sentence', async (t) => {
  const { url } = await givenLifeline(t)
  const from = await givenHealthchecks(t, [{ name: 'x', timeout: 60 }])
  const away = `http://127.0.0.1:${await freePort()}`
  const run = givenCommand(t, { LIFELINE_API_KEY: KEY, HEALTHCHECKS_API_KEY: 'hck' })
  const says = async (note: RegExp, ...args: string[]) => t.match(await run(...args), { code: 1, out: '', note }, args.join(' '))
  await says(/^healthchecks at \S+ does not know this key \(401\)\.\n$/, '--from', from, '--from-key', 'nope', '--to', url)
  await says(/^healthchecks at \S+ cannot be reached: .*ECONNREFUSED[^\n]*\n$/, '--from', away, '--to', url)
  await says(/^Lifeline at \S+ cannot be reached: .*ECONNREFUSED/, '--from', from, '--to', away)
  await says(/^healthchecks at \S+ answered 404/, '--from', `${url}/none`, '--to', url)
  await says(/^Lifeline at \S+ does not know this key/, '--from', from, '--to', from)
  const other = givenCommand(t, { LIFELINE_API_KEY: 'llk_other_0123456789abcdef' })
  t.match(await other('--from', from, '--from-key', 'hck', '--to', url), {
    code: 1,
    note: /^Lifeline at \S+ does not know this key \(401\)/,
  })
})

t.test('whatever is wrong with how it is called is told at once', async (t) => {
  const run = givenCommand(t, { LIFELINE_API_KEY: 'short' })
  const { code, out, note } = await run('--from', 'https://x.example', '--to', 'ftp://y')
  t.strictSame([code, out], [2, ''])
  t.match(
    note,
    /^LIFELINE_API_KEY .*\nA key of healthchecks is missing: .*\n--to must be an http\(s\) address, not ftp:\/\/y\.\nUse: npm run import/,
  )
  t.match(await givenCommand(t)('--from', 'none.json'), {
    code: 2,
    note: /^--from: there is no file none\.json\.\nA key of Lifeline is missing/,
  })
  t.match(await run('--what'), { code: 2, note: /Unknown option '--what'.*\nLIFELINE_API_KEY/s })
  t.match(await givenCommand(t)(), { code: 2, note: /^--from is missing/ })
})
