import { once } from 'node:events'
import { connect } from 'node:net'
import t from 'tap'
import { counter } from '../../src/process/metrics.ts'
import { type Readiness, startOpsServer } from '../../src/process/ops-server.ts'

const things = counter('test_things_counted_total', 'Things.', ['kind'])

t.test('the ops server', async (t) => {
  let readiness: () => Promise<Readiness> = async () => ({ status: 'ok', parts: { database: 'ok', broker: 'ok' } })
  const server = await startOpsServer({ host: '127.0.0.1', port: 0, readiness: () => readiness() })
  t.after(() => server.close())
  const url = `http://127.0.0.1:${server.port}`

  await t.test('shows the metrics, the counters and those of the process', async (t) => {
    things.inc({ kind: 'small' }, 3)
    const response = await fetch(`${url}/metrics?x=1`)
    t.match(response.headers.get('content-type'), /text\/plain|openmetrics/)
    const text = await response.text()
    t.match(text, /^test_things_counted_total\{kind="small"\} 3$/m)
    t.match(text, /^process_resident_memory_bytes \d/m)
  })

  await t.test('is ready when the process is, and says which part is not', async (t) => {
    const ready = await fetch(`${url}/health/ready`)
    t.strictSame([ready.status, await ready.json()], [200, { status: 'ok', database: 'ok', broker: 'ok' }])
    readiness = async () => ({ status: 'unavailable', parts: { database: 'unavailable', broker: 'degraded: connecting' } })
    const away = await fetch(`${url}/health/ready`)
    t.strictSame(
      [away.status, await away.json()],
      [503, { status: 'unavailable', database: 'unavailable', broker: 'degraded: connecting' }],
    )
  })

  await t.test('lives whatever the backends do', async (t) => {
    readiness = async () => {
      throw new Error('password=hunter2')
    }
    const failed = await fetch(`${url}/health/ready`)
    t.strictSame([failed.status, await failed.json()], [500, { status: 'error' }])
    const live = await fetch(`${url}/health/live`)
    t.strictSame([live.status, await live.json()], [200, { status: 'ok' }])
  })

  await t.test('knows nothing else', async (t) => {
    t.equal((await fetch(`${url}/`)).status, 404)
  })

  await t.test('closes at once, whoever is still connected', async () => {
    const idle = connect(server.port, '127.0.0.1')
    await once(idle, 'connect')
    const ended = once(idle, 'close')
    await server.close()
    await ended
  })
})

t.test('a port that is taken is an error at the start', async (t) => {
  const options = { host: '127.0.0.1', readiness: async () => ({ status: 'ok' as const, parts: {} }) }
  const first = await startOpsServer({ ...options, port: 0 })
  t.after(() => first.close())
  await t.rejects(startOpsServer({ ...options, port: first.port }), { code: 'EADDRINUSE' })
})
