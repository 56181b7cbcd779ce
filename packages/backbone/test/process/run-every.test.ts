import { mock } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import { type Test, test } from 'tap'
import { makeNudge, runEvery, type Step } from '../../src/process/run-every.ts'

/** A loop with a second between its steps, under a clock that the test moves. */
function startLoop(t: Test, step: Step) {
  mock.timers.enable({ apis: ['setTimeout'] })
  t.teardown(() => mock.timers.reset())
  const stopping = new AbortController()
  const nudge = makeNudge()
  const errors: unknown[] = []
  let ended = false
  const running = runEvery(1_000, step, { signal: stopping.signal, nudge, onError: (error) => void errors.push(error) }).then(() => {
    ended = true
  })
  /** Lets what is ready run, after `ms`. */
  const pass = async (ms = 0) => {
    if (ms > 0) mock.timers.tick(ms)
    for (let i = 0; i < 5; i++) await turn()
  }
  return { stop: () => stopping.abort(), nudge: nudge.nudge, errors, running, pass, hasEnded: () => ended }
}

test('a step runs at once, and then every second', async (t) => {
  let steps = 0
  const loop = startLoop(t, async () => {
    steps++
    return false
  })
  await loop.pass()
  t.equal(steps, 1)
  await loop.pass(999)
  t.equal(steps, 1)
  await loop.pass(1)
  t.equal(steps, 2)
  loop.stop()
  await loop.running
})

test('as long as there is more, it does not wait', async (t) => {
  let left = 5
  const loop = startLoop(t, async () => --left > 0)
  await loop.pass()
  t.equal(left, 0)
  loop.stop()
  await loop.running
})

test('the signal ends a wait', async (t) => {
  const loop = startLoop(t, async () => false)
  await loop.pass()
  t.equal(loop.hasEnded(), false)
  loop.stop()
  await loop.running
})

test('the signal lets the running step finish, and takes no further one', async (t) => {
  const held = Promise.withResolvers<boolean>()
  let steps = 0
  const loop = startLoop(t, () => {
    steps++
    return held.promise
  })
  await loop.pass()
  loop.stop()
  await loop.pass()
  t.equal(loop.hasEnded(), false)
  held.resolve(true)
  await loop.running
  t.equal(steps, 1)
})

test('a loop whose signal was given before it starts does nothing', async (t) => {
  await runEvery(1_000, async () => t.fail('a step ran'), { signal: AbortSignal.abort(), onError: () => t.fail('it failed') })
})

test('after failures it waits for longer and longer, up to ten seconds, and a success makes that good', async (t) => {
  let fails = true
  let steps = 0
  const loop = startLoop(t, async () => {
    steps++
    if (fails) throw new Error(`failure ${steps}`)
    return false
  })
  await loop.pass()
  for (const [i, waitMs] of [2_000, 4_000, 8_000, 10_000, 10_000].entries()) {
    await loop.pass(waitMs - 1)
    t.equal(steps, i + 1, `not before ${waitMs} ms`)
    if (i === 4) fails = false
    await loop.pass(1)
    t.equal(steps, i + 2)
  }
  t.match(loop.errors, [{ message: 'failure 1' }, { message: 'failure 2' }, {}, {}, { message: 'failure 5' }])
  await loop.pass(1_000)
  t.equal(steps, 7)
  loop.stop()
  await loop.running
})

test('what fails because of the signal is no failure', async (t) => {
  const held = Promise.withResolvers<boolean>()
  const loop = startLoop(t, () => held.promise)
  await loop.pass()
  loop.stop()
  held.reject(new Error('aborted'))
  await loop.running
  t.strictSame(loop.errors, [])
})

test('a nudge ends a wait, also one that came while a step was running', async (t) => {
  let steps = 0
  let held = Promise.withResolvers<boolean>()
  const loop = startLoop(t, () => {
    steps++
    return held.promise
  })
  await loop.pass()
  loop.nudge()
  held.resolve(false)
  held = Promise.withResolvers()
  await loop.pass()
  t.equal(steps, 2, 'not lost')
  held.resolve(false)
  await loop.pass()
  t.equal(steps, 2, 'used up')
  loop.nudge()
  await loop.pass()
  t.equal(steps, 3)
  loop.stop()
  await loop.running
})

test('a nudge does not shorten the wait after a failure', async (t) => {
  let steps = 0
  const loop = startLoop(t, async () => {
    steps++
    throw new Error('away')
  })
  await loop.pass()
  loop.nudge()
  await loop.pass(1_999)
  t.equal(steps, 1)
  await loop.pass(1)
  t.equal(steps, 2)
  loop.stop()
  await loop.running
})
