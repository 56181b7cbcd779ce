import { setTimeout as sleep } from 'node:timers/promises'
import { eventually } from '@lifeline/testing/eventually'
import t from 'tap'
import { givenApi } from './given-api.ts'

/** Holds the event loop up in pieces of `ms`, until `until` says so. What waits gets its turn between them. */
async function blockLoop(ms: number, until: () => Promise<boolean>) {
  for (let round = 0; round < 100; round++) {
    for (const end = performance.now() + ms; performance.now() < end; );
    if (await until()) return
    await sleep(0)
  }
  throw new Error('The loop was blocked for a hundred rounds, and that was never so.')
}

t.test('while the event loop is too late, requests are refused at once; probes and metrics are not; then all is well again', async (t) => {
  // On PostgreSQL, because PGlite would hold the loop up itself.
  const { send, create } = await givenApi(t, 'postgres', { http: { maxEventLoopDelayMs: 150 } })
  const { id } = await create()
  const path = `/tasks/${id}`
  await blockLoop(300, async () => (await send('GET', path)).status === 503)
  const refused = await send('GET', path)
  t.match(refused, {
    status: 503,
    headers: { 'retry-after': '2', 'content-type': /^application\/problem\+json/ },
    json: { code: 'overloaded' },
  })
  t.match(await send('POST', '/tasks', { title: 'x', assignee: 'bob@example.org' }), { status: 503, json: { code: 'overloaded' } })
  for (const url of ['/health/live', '/health/ready', '/metrics']) t.equal((await send('GET', url)).status, 200, url)
  await eventually(async () => (await send('GET', path)).status === 200)
})

t.test('a loop that is held up a little is no overload', async (t) => {
  const { send, create } = await givenApi(t, 'postgres', { http: { maxEventLoopDelayMs: 1_000 } })
  await create()
  const end = performance.now() + 4_000
  await blockLoop(100, async () => {
    t.equal((await send('GET', '/tasks')).status, 200)
    return performance.now() > end
  })
})
