import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { eventually } from '@lifeline/testing/eventually'
import { freePort } from '@lifeline/testing/free-ports'
import t from 'tap'
import { givenLifeline } from './given-lifeline.ts'
import { runBin } from './run-bin.ts'

const lifeline = await givenLifeline(t)

t.test('a command that succeeds: its output is untouched, its start, end, tail and duration are known', async (t) => {
  const job = await lifeline.register('succeeds')
  const { ended } = runBin(['--', 'sh', '-c', 'echo begun; sleep 3; echo "to stderr" >&2; printf "ended é"'], job.env)
  t.match(await ended, { code: 0, out: 'begun\nended é', err: 'to stderr\n' })
  const [success, start] = await job.pings()
  t.match(start, { kind: 'start', runId: /^[0-9a-f-]{36}$/, userAgent: 'lifeline-run/0.1.0' })
  t.match(success, { kind: 'success', exitCode: 0, runId: start.runId, bodyCut: false })
  t.match(success.body, /begun/)
  t.match(success.body, /to stderr/)
  t.match(success.body, /ended é/)
  t.ok(success.durationSeconds > 1 && success.durationSeconds < 30, String(success.durationSeconds))
  t.match(await job.show(), { status: 'Up', running: false })
})

t.test('stdin goes to the command, and options behind its name are its own', async (t) => {
  const job = await lifeline.register('reads')
  t.match(await runBin(['--url', job.pingUrl, 'sh', '-c', 'cat; echo "$0 $1"', '--help', '-x']).ended, { code: 0, out: '--help -x\n' })
  t.match(await runBin([`--url=${job.pingUrl}`, '--', 'wc', '-c'], { LIFELINE_PING_URL: 'http://127.0.0.1:1/' }).ended, { out: '0\n' })
})

t.test('a command that fails: its exit code is ours, and its last line is the error', async (t) => {
  const job = await lifeline.register('fails')
  const script = 'i=0; while [ $i -lt 3000 ]; do echo "line $i é"; i=$((i+1)); done; echo "pg_dump: no space left" >&2; exit 3'
  t.match(await runBin(['sh', '-c', script], job.env).ended, { code: 3, err: 'pg_dump: no space left\n' })
  const [fail] = await job.pings()
  t.match(fail, { kind: 'fail', exitCode: 3, bodyCut: false })
  t.ok(Buffer.byteLength(fail.body) > 9_900, 'as much as is kept')
  t.match(fail.body, /line 2999 é\n/)
  t.notMatch(fail.body, /line 0 é|\ufffd/)
  t.match(await job.runs(), [{ outcome: 'Failed', exitCode: 3 }])
})

t.test('a command that is not there, and one that cannot be run, are failures', async (t) => {
  const job = await lifeline.register('missing')
  t.match(await runBin(['no-such-command-here'], job.env).ended, {
    code: 127,
    err: 'lifeline-run: no-such-command-here: command not found\n',
  })
  const file = join(t.testdir({}), 'plain.txt')
  writeFileSync(file, 'x', { mode: 0o644 })
  t.match(await runBin([file], job.env).ended, { code: 126, err: /plain\.txt: permission denied\n$/ })
  t.match(await job.pings(), [
    { kind: 'fail', exitCode: 126, body: /permission denied/ },
    { kind: 'start' },
    { kind: 'fail', exitCode: 127, body: /no-such-command-here: command not found/ },
    { kind: 'start' },
  ])
})

t.test('a command that is killed is a failure that names the signal, and so is our exit code', async (t) => {
  const job = await lifeline.register('killed')
  t.match(await runBin(['sh', '-c', 'echo working; kill -KILL $$'], job.env).ended, { code: 137, out: 'working\n' })
  t.match(await job.pings(), [{ kind: 'fail', exitCode: null, body: /working\n\nlifeline-run: killed by SIGKILL/ }, { kind: 'start' }])
  t.match(await job.runs(), [{ outcome: 'Failed', error: 'lifeline-run: killed by SIGKILL' }])
})

t.test('SIGTERM and SIGINT go to the command, which may end as it likes', async (t) => {
  const job = await lifeline.register('asked')
  for (const [signal, number] of [
    ['SIGTERM', 15],
    ['SIGINT', 2],
  ] as const) {
    const script = `process.on('${signal}', () => { console.log('heard'); process.exit(${number}) }); setInterval(() => {}, 1e6); console.log('ready')`
    const { child, ended } = runBin([process.execPath, '-e', script], job.env)
    await once(child.stdout as NodeJS.ReadableStream, 'data')
    child.kill(signal)
    t.match(await ended, { code: number, out: 'ready\nheard\n' })
  }
  const { child, ended } = runBin(['sleep', '60'], job.env)
  await eventually(async () => (await job.show()).running)
  child.kill('SIGTERM')
  t.match(await ended, { code: 143 })
  t.match(await job.pings(), [{ kind: 'fail', body: /killed by SIGTERM/ }])
})

t.test('50 MB go through whole, in little memory', async (t) => {
  const job = await lifeline.register('prints')
  const script = `
    const line = 'x'.repeat(99) + '\\n', block = Buffer.from(line.repeat(1_000))
    const { once } = require('node:events')
    ;(async () => {
      for (let i = 0; i < 500; i++) if (!process.stdout.write(block)) await once(process.stdout, 'drain')
    })()`
  const { child, ended } = runBin([process.execPath, '-e', script], job.env)
  let peakKb = 0
  const watch = setInterval(() => {
    try {
      peakKb = Math.max(peakKb, Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1] ?? 0))
    } catch {
      // It has ended, or this is no Linux.
    }
  }, 20)
  const { code, bytes, sha256 } = await ended
  clearInterval(watch)
  const line = Buffer.from(`${'x'.repeat(99)}\n`.repeat(500_000))
  t.strictSame([code, bytes, sha256], [0, 50_000_000, createHash('sha256').update(line).digest('hex')])
  t.ok(peakKb < 120_000, `${peakKb} kB`)
  const [success] = await job.pings()
  t.match([success.body.length, success.bodyCut], [10_000, false])
})

t.test('what is left in the background does not hold up the report', async (t) => {
  const job = await lifeline.register('daemon')
  const { ended } = runBin(['sh', '-c', 'sleep 30 & echo "started it"'], job.env)
  t.match(await ended, { code: 0, out: 'started it\n' })
  t.match(await job.show(), { running: false, status: 'Up' })
})

t.test('a reader that goes away ends the command as it would without us', async (t) => {
  const job = await lifeline.register('piped')
  const { child, ended } = runBin(['yes'], job.env)
  await once(child.stdout as NodeJS.ReadableStream, 'data')
  child.stdout?.destroy()
  // By SIGPIPE, or by an error when there was something that nobody had read.
  t.ok([141, 1].includes((await ended).code ?? 0))
  t.match(await job.pings(), [{ kind: 'fail' }, { kind: 'start' }])
})

t.test('runs at the same time are told apart, and each is timed', async (t) => {
  const job = await lifeline.register('overlaps')
  const slow = runBin(['sleep', '4'], job.env)
  await eventually(async () => (await job.pings()).length === 1)
  await runBin(['true'], job.env).ended
  t.match(await job.show(), { running: true })
  await slow.ended
  const runs = (await job.runs()) as { runId: string; durationSeconds: number; outcome: string }[]
  t.match(runs, [{ outcome: 'Succeeded' }, { outcome: 'Succeeded' }])
  t.equal(new Set(runs.map(({ runId }) => runId)).size, 2)
  t.ok((runs.find(({ durationSeconds }) => durationSeconds > 1.5)?.durationSeconds ?? 0) < 30)
  t.match(await job.show(), { running: false })
})

t.test('when Lifeline is away the command runs all the same, and one line says so, without the address', async (t) => {
  const url = `http://127.0.0.1:${await freePort()}/ping/secret-token`
  const { code, out, err } = await runBin(['sh', '-c', 'echo done; exit 4'], { LIFELINE_PING_URL: url }).ended
  t.strictSame([code, out], [4, 'done\n'])
  t.match(err, /^lifeline-run: Lifeline could not be told of this run: connect ECONNREFUSED [^\n]*\.\n$/)
  t.notMatch(err, 'secret-token')
  const unknown = await runBin(['true'], { LIFELINE_PING_URL: `${lifeline.url}/ping/secret-token` }).ended
  t.match(unknown, { code: 0, err: /^lifeline-run: .*it knows no scheduler with this address \(404\)\.\n$/ })
})

t.test('an answer that may be better the next time is asked for again', async (t) => {
  const asked: string[] = []
  const server = createServer((request, response) => {
    asked.push(request.url?.replace(/rid=.*/, 'rid=…') ?? '')
    request.resume()
    response.statusCode = asked.length <= 2 ? 503 : 200
    response.end()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => server.close())
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/ping/x/?create=1`
  t.match(await runBin(['true'], { LIFELINE_PING_URL: url }).ended, { code: 0, err: '' })
  // The start is not tried again once the end is there.
  const [start, end] = ['/ping/x/start?create=1&rid=…', '/ping/x/0?create=1&rid=…']
  t.strictSame(asked, [start, end, end])
})

t.test('called wrongly it says so and runs nothing', async (t) => {
  const env = { LIFELINE_PING_URL: 'http://127.0.0.1:1/ping/x' }
  const wrong: [args: string[], env: Record<string, string>, says: RegExp][] = [
    [['true'], {}, /Give a ping address/],
    [['--url'], {}, /--url needs a ping address/],
    [['true'], { LIFELINE_PING_URL: 'secret-token' }, /must be one like https:/],
    [['true'], { LIFELINE_PING_URL: 'ftp://x/secret-token' }, /must be one like https:/],
    [[], env, /Name a command/],
    [['--'], env, /Name a command/],
    [['--quick', 'true'], env, /no option --quick/],
  ]
  for (const [args, given, says] of wrong) {
    const { code, out, err } = await runBin(args, given).ended
    t.match([code, out, err], [64, '', says], args.join(' '))
    t.notMatch(err, 'secret-token')
  }
  t.match(await runBin(['--help']).ended, { code: 0, out: /^Use: lifeline-run/, err: '' })
  t.match(await runBin(['--version']).ended, { code: 0, out: '0.1.0\n' })
})

// The system runs until then.
t.end()
