import { constants, PerformanceObserver } from 'node:perf_hooks'
import { mock } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { collectAfterStart } from '@lifeline/backbone/process/collect-start'
import t from 'tap'

t.test('what starting took is collected when there is little to do, and once', async (t) => {
  let asked = 0
  const observer = new PerformanceObserver((list) => {
    for (const { detail } of list.getEntries() as unknown as { detail: { flags: number } }[])
      if (detail.flags === constants.NODE_PERFORMANCE_GC_FLAGS_ALL_AVAILABLE_GARBAGE) asked++
  })
  observer.observe({ entryTypes: ['gc'] })
  t.teardown(() => observer.disconnect())
  mock.timers.enable({ apis: ['setInterval'] })
  t.teardown(() => mock.timers.reset())
  const look = async () => {
    mock.timers.tick(2_000)
    await sleep(20)
  }
  const busy = () => {
    for (const end = performance.now() + 100; performance.now() < end; );
  }
  // The loop has turned before anything is measured.
  await sleep(10)
  collectAfterStart()
  for (let i = 0; i < 3; i++) {
    busy()
    await look()
  }
  t.equal(asked, 0, 'under load nobody waits for it')
  await sleep(400)
  await look()
  t.ok(asked > 0)
  const before = asked
  await sleep(400)
  await look()
  t.equal(asked, before)
})
