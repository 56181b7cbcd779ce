import type { SchedulerCommand } from '@lifeline/backbone/db/schedulers/decide'
import { SCHEDULER_MOVES } from '@lifeline/backbone/db/schedulers/status'
import fc from 'fast-check'
import t from 'tap'
import { givenLife, minute } from './given-life.ts'

fc.configureGlobal({ numRuns: 500 })

const runId = fc.constantFrom(null, 'a', 'b')
const signal: fc.Arbitrary<SchedulerCommand> = fc
  .record({ kind: fc.constantFrom('success', 'start', 'fail', 'log', 'heartbeat'), runId })
  .map((said) => ({ do: 'signal', signal: said }))
const command: fc.Arbitrary<SchedulerCommand> = fc.oneof(
  { arbitrary: signal, weight: 8 },
  { arbitrary: fc.constant({ do: 'resume' } as const), weight: 1 },
  {
    arbitrary: fc
      .record({ until: fc.option(fc.integer({ min: 0, max: 400 }).map(minute)), sticky: fc.boolean() })
      .map((pause) => ({ do: 'pause' as const, ...pause })),
    weight: 1,
  },
  {
    arbitrary: fc
      .record({ periodSeconds: fc.constantFrom(600, 1_200), graceSeconds: fc.constantFrom(60, 300) }, { requiredKeys: [] })
      .map((edit) => ({ do: 'edit' as const, edit })),
    weight: 1,
  },
)
/** Commands, each so many minutes after the one before it. */
const commands = fc.array(fc.tuple(fc.integer({ min: 0, max: 40 }), command), { maxLength: 25 })
const settings = fc.record({
  failureTolerance: fc.integer({ min: 1, max: 3 }),
  recoveryThreshold: fc.integer({ min: 1, max: 3 }),
  maxRuntimeSeconds: fc.constantFrom(null, 900),
  startGraceSeconds: fc.constantFrom(null, 120),
})

t.test('the story is the same whether the clock looks at every instant, now and then, or never', async () => {
  fc.assert(
    fc.property(settings, commands, fc.array(fc.integer({ min: 0, max: 1_000 })), (set, list, looks) => {
      const lives = [0, 1, 2].map(() => givenLife({ ...set, warnWhenLate: false }))
      const [punctual, sloppy, blind] = lives as [(typeof lives)[0], (typeof lives)[0], (typeof lives)[0]]
      let at = 0
      const waiting = [...looks].sort((a, b) => a - b)
      for (const [gap, what] of list) {
        at += gap
        punctual.passTime(minute(at))
        while ((waiting[0] ?? Number.POSITIVE_INFINITY) <= at) sloppy.wake(minute(waiting.shift() ?? 0))
        for (const life of lives) life.command(what, minute(at))
      }
      punctual.passTime(minute(2_000))
      for (const life of lives) life.wake(minute(2_000))
      const whole = (life: (typeof lives)[0]) =>
        JSON.stringify([life.told(), life.runs, life.pings, { ...life.row, revision: 0, id: '', ping_token: '' }])
      return whole(punctual) === whole(sloppy) && whole(punctual) === whole(blind)
    }),
  )
})

t.test('versions are consecutive, instants never go back, moves are legal, and every wake brings on something', async () => {
  fc.assert(
    fc.property(settings, commands, fc.boolean(), (set, list, warnWhenLate) => {
      const life = givenLife({ ...set, warnWhenLate })
      let at = 0
      for (const [gap, what] of list) {
        at += gap
        life.passTime(minute(at))
        life.command(what, minute(at))
      }
      life.passTime(minute(2_000))
      if (life.wake(minute(2_000)) !== 'unchanged') return false
      return life.changes.every(({ before, after, story }, i) => {
        const isLegal = before.status === after.status || (SCHEDULER_MOVES[before.status] as readonly string[]).includes(after.status)
        const last = life.changes[i - 1]
        return isLegal && after.version === i + 2 && (last === undefined || story.at >= last.story.at) && life.row.runs === life.runs.length
      })
    }),
  )
})

t.test('successes and failures of a periodic job are judged as somebody with a calendar would', async () => {
  const reports = fc.array(fc.tuple(fc.integer({ min: 1, max: 40 }), fc.boolean()), { maxLength: 30 })
  const thresholds = fc.record({ failureTolerance: fc.integer({ min: 1, max: 3 }), recoveryThreshold: fc.integer({ min: 1, max: 3 }) })
  fc.assert(
    fc.property(thresholds, reports, ({ failureTolerance, recoveryThreshold }, list) => {
      const life = givenLife({ failureTolerance, recoveryThreshold, warnWhenLate: false })
      const byMinute = new Map<number, boolean>()
      let at = 0
      for (const [gap, isGood] of list) {
        at += gap
        life.signal(isGood ? 'success' : 'fail', minute(at))
        byMinute.set(at, isGood)
      }
      life.wake(minute(at + 100))

      // Minute by minute: what was heard last, how many in a row.
      const story: string[] = []
      let [isDown, isNew, heard, bad, good] = [false, true, 0, 0, 0]
      const fails = (now: number) => {
        ;[bad, good, heard] = [bad + 1, 0, now]
        if (isDown) return
        isDown = bad >= failureTolerance
        if (isDown) isNew = false
        story.push(`${isDown ? 'down' : 'failed'} ${now}`)
      }
      for (let now = 0; now <= at + 100; now++) {
        if (!isDown && now === heard + 15) fails(now)
        const report = byMinute.get(now)
        if (report === false) fails(now)
        if (report === true) {
          ;[bad, good, heard] = [0, good + 1, now]
          if (isNew) story.push(`up ${now}`)
          else if (isDown && good >= recoveryThreshold) story.push(`recovered ${now}`)
          if (isNew || good >= recoveryThreshold) isDown = false
          isNew = false
        }
      }
      return (
        life
          .told()
          .filter((line) => !line.startsWith('flapping'))
          .join() === story.join()
      )
    }),
  )
})
