import t from 'tap'
import { givenLife, minute } from './given-life.ts'

t.test('a new one is expected too: without a word it is late halfway through its grace, and Down at its end', async (t) => {
  const life = givenLife()
  life.passTime(minute(60))
  t.strictSame(life.told(), ['late 12.5', 'down 15'])
  t.match(life.row, { status: 'Down', down_since: minute(15), last_error: 'No success in time.', wake_at: null, version: 3 })
  t.strictSame(life.outcomes(), ['Missed'])
})

t.test('Down is declared with its instant, whenever the clock looks, and lateness is then no news', async (t) => {
  const life = givenLife()
  life.wake(minute(90))
  t.strictSame(life.told(), ['down 15'])
  t.match(life.changes, [{ story: { reason: 'missed', noticedAt: minute(90) } }])
  t.equal(life.wake(minute(91)), 'unchanged')
})

t.test('a success makes it Up; the next are written without a version', async (t) => {
  const life = givenLife()
  life.signal('success', minute(1))
  life.signal('success', minute(9))
  t.strictSame(life.told(), ['up 1'])
  t.match(life.row, { status: 'Up', version: 2, revision: 3, pings: 2, expected_at: minute(19), last_success_at: minute(9) })
  t.strictSame(life.outcomes(), ['Succeeded', 'Succeeded'])
})

t.test('a failure is Down at once, or at the tolerance, and counts as a sign of life', async (t) => {
  const strict = givenLife()
  strict.signal('fail', minute(1), { error: 'disk full' })
  t.strictSame(strict.told(), ['down 1'])
  t.match(strict.row, { status: 'Down', last_error: 'disk full', expected_at: minute(11) })
  const patient = givenLife({ failureTolerance: 3 })
  patient.signal('fail', minute(1))
  patient.signal('success', minute(2), { exitCode: 4 })
  patient.passTime(minute(30))
  t.strictSame(patient.told(), ['failed 1', 'failed 2', 'late 14.5', 'down 17'])
  t.match(patient.changes[1], { story: { reason: 'signal', error: 'Exit code 4.' } })
  t.equal(patient.row.consecutive_failures, 3)
})

t.test('below the tolerance silence moves on to the next expectation after it', async (t) => {
  const life = givenLife({ failureTolerance: 3, warnWhenLate: false })
  life.signal('success', minute(0))
  life.wake(minute(200))
  t.strictSame(life.told(), ['up 0', 'failed 15', 'failed 30', 'down 45'])
  t.strictSame(life.outcomes(), ['Succeeded', 'Missed', 'Missed', 'Missed'])
})

t.test('it recovers after as many successes as it needs, and says how long it was Down', async (t) => {
  const life = givenLife({ recoveryThreshold: 2 })
  life.passTime(minute(20))
  life.signal('success', minute(21))
  life.signal('fail', minute(22))
  life.signal('success', minute(23))
  t.equal(life.row.status, 'Down')
  life.signal('success', minute(25))
  t.strictSame(life.told(), ['late 12.5', 'down 15', 'recovered 25'])
  t.match(life.changes.at(-1), { story: { downtimeSeconds: 600 }, after: { down_since: null, last_error: null } })
})

t.test('a signal that is quicker than the sweep finds what had happened before it', async (t) => {
  const life = givenLife()
  life.signal('success', minute(0))
  life.signal('success', minute(40))
  t.strictSame(life.told(), ['up 0', 'down 15', 'recovered 40'])
  t.equal(life.row.version, 4)
})

t.test('a run is measured from its start, and while it is open silence is not watched', async (t) => {
  const life = givenLife({ maxRuntimeSeconds: 3_600 })
  life.signal('start', minute(10))
  life.passTime(minute(60))
  life.signal('success', minute(60))
  t.strictSame(life.told(), ['up 60'])
  t.match(life.row, { last_duration_ms: 50 * 60_000, open_runs: null, expected_at: minute(70) })
  t.match(life.pings, [{ kind: 'start' }, { kind: 'success', durationMs: 50 * 60_000 }])
})

t.test('a run that does not end in time has failed at that instant; a heartbeat extends it', async (t) => {
  const life = givenLife({ maxRuntimeSeconds: 600 })
  life.signal('start', minute(0))
  life.signal('heartbeat', minute(8))
  life.passTime(minute(60))
  t.strictSame(life.told(), ['down 18'])
  t.match(life.changes, [{ story: { reason: 'timed_out' } }])
  t.match(life.runs, [{ outcome: 'TimedOut', startedAt: minute(0), endedAt: minute(18) }])
  t.strictSame(
    life.pings.map(({ kind }) => kind),
    ['start', 'heartbeat'],
  )
})

t.test('without a longest runtime a run may last as long as the grace, and a minute where that is less', async (t) => {
  const life = givenLife()
  life.signal('start', minute(0))
  life.passTime(minute(60))
  t.strictSame(life.told(), ['down 5'])
  const punctual = givenLife({ graceSeconds: 0 })
  punctual.signal('start', minute(0))
  punctual.signal('success', minute(0.9))
  punctual.signal('start', minute(5))
  punctual.passTime(minute(5.9))
  t.strictSame(punctual.told(), ['up 0.9'])
  punctual.passTime(minute(10))
  t.strictSame(punctual.told(), ['up 0.9', 'down 6'])
})

t.test('while it is Down a run that times out is recorded, and nobody hears of it', async (t) => {
  const life = givenLife({ maxRuntimeSeconds: 600 })
  life.signal('fail', minute(0))
  life.signal('start', minute(1))
  t.equal(life.row.wake_at?.getTime(), minute(11).getTime())
  life.passTime(minute(60))
  t.strictSame(life.told(), ['down 0'])
  t.strictSame(life.outcomes(), ['Failed', 'TimedOut'])
  t.match(life.row, { version: 2, consecutive_failures: 2, wake_at: null })
})

t.test('with a grace for the start it must have started by then; a start or a success in time is enough', async (t) => {
  const silent = givenLife({ startGraceSeconds: 60, warnWhenLate: false })
  silent.passTime(minute(30))
  t.strictSame(silent.told(), ['down 11'])
  t.match(silent.changes, [{ story: { reason: 'start_missed', error: 'No start in time.' } }])
  const started = givenLife({ startGraceSeconds: 60, warnWhenLate: false })
  started.signal('start', minute(10.9))
  started.passTime(minute(15))
  t.strictSame(started.told(), [])
})

t.test('runs at the same time are told apart by their ids, and each is timed', async (t) => {
  const life = givenLife({ maxRuntimeSeconds: 600 })
  life.signal('start', minute(0), { runId: 'a' })
  life.signal('start', minute(4), { runId: 'b' })
  life.signal('success', minute(6), { runId: 'b' })
  t.equal(life.row.last_duration_ms, 2 * 60_000)
  life.passTime(minute(60))
  t.strictSame(life.outcomes(), ['Succeeded b', 'TimedOut a'])
  t.strictSame(life.told(), ['up 6', 'down 10'])
})

t.test('a success that names another run ends none; one without a name ends the only one', async (t) => {
  const life = givenLife({ maxRuntimeSeconds: 600 })
  life.signal('start', minute(0), { runId: 'a' })
  life.signal('success', minute(1), { runId: 'x' })
  t.match(life.runs, [{ runId: 'x', startedAt: null }])
  t.equal(life.row.last_duration_ms, null)
  life.signal('success', minute(2))
  t.match(life.runs.at(-1), { runId: 'a', startedAt: minute(0), outcome: 'Succeeded' })
  t.equal(life.row.open_runs, null)
})

t.test('the same run started again begins anew, and of too many the oldest is lost', async (t) => {
  const life = givenLife({ maxRuntimeSeconds: 6_000 })
  life.signal('start', minute(0))
  life.signal('start', minute(1))
  t.strictSame(life.outcomes(), [])
  for (let i = 1; i <= 20; i++) life.signal('start', minute(1 + i), { runId: `run${i}` })
  t.match(life.runs, [{ outcome: 'Lost', runId: null, startedAt: minute(1) }])
  t.equal(JSON.parse(life.row.open_runs ?? '').length, 20)
})

t.test('a heartbeat with no open run is a success; a line of log is only kept', async (t) => {
  const life = givenLife()
  life.signal('log', minute(1))
  t.match(life.row, { status: 'New', pings: 1, last_ping_at: minute(1), expected_at: minute(10) })
  life.signal('heartbeat', minute(2))
  t.strictSame(life.told(), ['up 2'])
  t.strictSame(
    life.pings.map(({ kind }) => kind),
    ['log', 'heartbeat'],
  )
})

t.test('a pause stops the watch, gives up open runs, and ends with the first signal', async (t) => {
  for (const [kind, told] of [
    ['success', 'up 101'],
    ['fail', 'down 101'],
    ['start', 'resumed 101'],
    ['heartbeat', 'up 101'],
  ] as const) {
    const life = givenLife()
    life.signal('start', minute(1))
    life.command({ do: 'pause', until: null, sticky: false }, minute(2))
    life.passTime(minute(100))
    t.match(life.row, { status: 'Paused', wake_at: null })
    life.signal(kind, minute(101))
    t.strictSame(life.told(), ['paused 2', told], kind)
    t.equal(life.outcomes()[0], 'Lost')
  }
})

t.test('a failure below the tolerance ends a pause as well', async (t) => {
  const life = givenLife({ failureTolerance: 2 })
  life.command({ do: 'pause', until: null, sticky: false }, minute(2))
  life.signal('fail', minute(3))
  t.strictSame(life.told(), ['paused 2', 'resumed 3', 'failed 3'])
  t.match(life.row, { status: 'New', consecutive_failures: 1 })
})

t.test('a sticky pause ignores what it hears, until it is resumed', async (t) => {
  const life = givenLife()
  life.command({ do: 'pause', until: null, sticky: true }, minute(2))
  life.signal('success', minute(3))
  life.signal('start', minute(4))
  t.match(life.row, { status: 'Paused', pings: 2, last_ping_at: null, open_runs: null })
  t.strictSame(
    life.pings.map(({ kind }) => kind),
    ['ignored', 'ignored'],
  )
  life.command({ do: 'resume' }, minute(50))
  t.match(life.row, { status: 'New', expected_at: minute(60), sticky_pause: 0 })
  t.equal(life.command({ do: 'resume' }, minute(51)), 'refused')
})

t.test('a pause that has an end ends there, and its silence counts from there', async (t) => {
  const life = givenLife()
  life.command({ do: 'pause', until: minute(100), sticky: true }, minute(2))
  life.wake(minute(200))
  t.strictSame(life.told(), ['paused 2', 'resumed 100', 'down 115'])
  const past = givenLife()
  past.command({ do: 'pause', until: minute(-100), sticky: false }, minute(2))
  past.wake(minute(3))
  t.strictSame(past.told(), ['paused 2', 'resumed 2'])
})

t.test('to pause what is paused changes how long, or nothing', async (t) => {
  const life = givenLife()
  life.command({ do: 'pause', until: null, sticky: false }, minute(2))
  t.equal(life.command({ do: 'pause', until: null, sticky: false }, minute(3)), 'unchanged')
  life.command({ do: 'pause', until: minute(9), sticky: true }, minute(4))
  t.strictSame(life.told(), ['paused 2', 'edited 4'])
  t.equal(life.row.wake_at?.getTime(), minute(9).getTime())
})

t.test('a new schedule starts expectations anew; a shorter grace is due at the edit, not before it', async (t) => {
  const moved = givenLife()
  moved.signal('success', minute(0))
  moved.command({ do: 'edit', edit: { periodSeconds: 60 } }, minute(9))
  t.equal(moved.row.expected_at?.getTime(), minute(10).getTime())
  const shorter = givenLife({ graceSeconds: 3_600, warnWhenLate: false })
  shorter.signal('success', minute(0))
  shorter.command({ do: 'edit', edit: { graceSeconds: 60 } }, minute(30))
  shorter.passTime(minute(30))
  t.strictSame(shorter.told(), ['up 0', 'edited 30', 'down 30'])
})

t.test('an edit to the same values is none; a period takes the place of a cron expression', async (t) => {
  const life = givenLife({ tags: ['b', 'a'] })
  t.equal(
    life.command({ do: 'edit', edit: { name: 'backup', periodSeconds: 600, tags: ['a', 'b'], warnWhenLate: true } }, minute(1)),
    'unchanged',
  )
  life.command({ do: 'edit', edit: { cron: '0 13 * * *', timeZone: 'Asia/Jakarta' } }, minute(1))
  t.match(life.row, { period_seconds: null, cron: '0 13 * * *', expected_at: new Date('2026-03-03T06:00:00.000Z') })
})

t.test('a deleted one is never woken, and its name and its address are free', async (t) => {
  const life = givenLife()
  life.signal('start', minute(1))
  life.command({ do: 'delete' }, minute(2))
  t.match(life.row, { deleted_at: minute(2), name_key: null, slug: null, wake_at: null, name: 'backup' })
  t.strictSame(life.told(), ['deleted 2'])
})

t.test('more than five changes between Up and Down within an hour are told once', async (t) => {
  const life = givenLife()
  life.signal('success', minute(0))
  for (let i = 1; i <= 12; i++) life.signal(i % 2 === 1 ? 'fail' : 'success', minute(i))
  t.strictSame(
    life.told().filter((line) => line.startsWith('flapping')),
    ['flapping 6'],
  )
  life.passTime(minute(100))
  for (let i = 1; i <= 6; i++) life.signal(i % 2 === 1 ? 'success' : 'fail', minute(100 + i))
  t.strictSame(
    life.told().filter((line) => line.startsWith('flapping')),
    ['flapping 6', 'flapping 106'],
  )
})

t.test('a signal that comes late counts from when it happened, and one that was overtaken is only kept', async (t) => {
  const life = givenLife()
  life.signal('success', minute(8), { at: minute(5) })
  t.match(life.row, { status: 'Up', last_ping_at: minute(5), expected_at: minute(15) })
  life.signal('fail', minute(9), { at: minute(6) })
  life.signal('success', minute(10), { at: minute(5.5) })
  t.strictSame(life.told(), ['up 5', 'down 6'], 'a success from before the failure does not end it')
  t.strictSame(
    life.pings.map(({ kind }) => kind),
    ['success', 'fail', 'log'],
  )
})
