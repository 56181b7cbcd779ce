import { judge } from './anomaly.ts'
import { classify, contentRulesOf } from './content-rules.ts'
import { change, type EndedRun, endRun, type Failure, fail, type Life, set, succeed } from './life.ts'
import { MOST_OPEN_RUNS, meantRun, type OpenRun, openRunsOf, openRunsText } from './open-runs.ts'
import { keptBody } from './ping.ts'
import { resume } from './silence.ts'
import type { PingKind, SignalKind } from './status.ts'

/** What a job says of itself. */
export interface Signal {
  kind: SignalKind
  /** Tells runs at the same time apart; at most 64 characters of ASCII. */
  runId?: string | null
  /** 0 to 255; a success with another than 0 is a failure. */
  exitCode?: number | null
  /** Why it failed, if it did. */
  error?: string | null
  /** It is a success unless the scheduler's content rules find another word in its body. */
  isPlain?: boolean
  /** What it says in words. */
  body?: string | null
  /** When it happened, if that was before it arrived. */
  at?: Date | undefined
}

/** A signal at `now`, to a scheduler that has caught up. */
export function receive(life: Life, received: Signal, now: Date): Life {
  const { status, sticky_pause, pings } = life.row
  const counted = set(life, { pings: pings + 1 })
  if (status === 'Paused' && sticky_pause === 1) return taken(counted, 'ignored')
  const heard = set(counted, { last_ping_at: now })
  const signal = understood(life.row, received)
  const runId = signal.runId ?? null
  switch (signal.kind) {
    case 'log':
      return taken(heard, 'log')
    case 'start':
      return start(lifted(heard, now), runId, now)
    case 'heartbeat':
      return heartbeat(heard, runId, now)
    case 'success':
      return (signal.exitCode ?? 0) === 0 ? success(heard, runId, signal, now) : failure(heard, runId, signal, now)
    case 'fail':
      return failure(heard, runId, signal, now)
  }
}

/** A plain signal as the rules of its scheduler understand the beginning of its body that is kept. */
function understood({ content_rules }: Life['row'], signal: Signal): Signal {
  const rules = contentRulesOf({ content_rules })
  if (signal.kind !== 'success' || signal.isPlain !== true || rules === null) return signal
  const { body } = keptBody(signal.body ?? null)
  if (body === null) return signal
  const { kind, line } = classify(rules, body)
  return { ...signal, kind, error: line ?? signal.error ?? null }
}

const taken = (life: Life, kind: PingKind, durationMs: number | null = null): Life => ({ ...life, ping: { kind, durationMs } })

/** A pause ends with the first signal, unless it is for good. */
function lifted(life: Life, now: Date): Life {
  return life.row.status === 'Paused' ? resume(life, now) : life
}

/** The same run again begins anew. */
function start(life: Life, runId: string | null, now: Date): Life {
  const others = openRunsOf(life.row).filter((run) => run.runId !== runId)
  const lost = others.slice(0, Math.max(0, others.length + 1 - MOST_OPEN_RUNS))
  const runs = [...others.slice(lost.length), { runId, startedAt: now, extendedAt: now }]
  return taken(lose(set(life, { open_runs: openRunsText(runs) }), lost, now), 'start')
}

/** Runs that nobody watches any more. */
export function lose(life: Life, runs: readonly OpenRun[], at: Date): Life {
  return runs.reduce((each, { runId, startedAt }) => endRun(each, { runId, startedAt, endedAt: at, outcome: 'Lost' }), life)
}

/** A sign of life of a run: the one it names, else the youngest. Where no run is open it is all there is, and a success. */
function heartbeat(life: Life, runId: string | null, now: Date): Life {
  const runs = openRunsOf(life.row)
  if (runs.length === 0) return taken(success(life, runId, {}, now), 'heartbeat')
  const meant = meantRun(runs, runId) ?? (runId === null ? runs.at(-1) : undefined)
  const extended = runs.map((run) => (run === meant ? { ...run, extendedAt: now } : run))
  return taken(set(life, { open_runs: openRunsText(extended) }), 'heartbeat')
}

function success(life: Life, runId: string | null, { exitCode }: Omit<Signal, 'kind'>, now: Date): Life {
  const { run, durationMs, closed } = close(life, runId, now)
  const facts = { runId: run?.runId ?? runId, startedAt: run?.startedAt ?? null, endedAt: now, exitCode: exitCode ?? null }
  const { anomaly, counted_runs, isNews } = judge(closed.row, { at: now, startedAt: facts.startedAt, durationMs })
  const counted = set(closed, { counted_runs })
  if (anomaly !== undefined && life.row.anomaly_is_failure === 1) return taken(failed(counted, facts, anomaly), 'fail', durationMs)
  const succeeded = succeed(endRun(counted, { ...facts, outcome: 'Succeeded' }), { at: now, startedAt: facts.startedAt })
  const told = anomaly !== undefined && isNews ? change(succeeded, {}, { action: 'anomaly', at: now, ...anomaly }) : succeeded
  return taken(told, 'success', durationMs)
}

function failure(life: Life, runId: string | null, { exitCode, error }: Omit<Signal, 'kind'>, now: Date): Life {
  const said = error ?? (exitCode == null || exitCode === 0 ? undefined : `Exit code ${exitCode}.`)
  const { run, durationMs, closed } = close(life, runId, now)
  const facts = { runId: run?.runId ?? runId, startedAt: run?.startedAt ?? null, endedAt: now, exitCode: exitCode ?? null }
  return taken(failed(closed, facts, { reason: 'signal', error: said }), 'fail', durationMs)
}

/** A run that was heard of has failed. */
function failed(life: Life, facts: Omit<EndedRun, 'outcome' | 'error'>, { reason, error }: Pick<Failure, 'reason' | 'error'>): Life {
  const { startedAt, endedAt } = facts
  const ended = endRun(life, { ...facts, outcome: 'Failed', error: error ?? null })
  // One that is paused goes Down at once when it tolerates no more; below that the pause is over all the same.
  const awake = ended.row.failure_tolerance > 1 ? lifted(ended, endedAt) : set(ended, freshWhenPaused(ended))
  return fail(awake, { at: endedAt, startedAt, reason, error })
}

const freshWhenPaused = ({ row }: Life) => (row.status === 'Paused' ? { consecutive_failures: 0, consecutive_successes: 0 } : {})

/** Takes the run that a signal ends out of the open ones, and measures it. */
function close(life: Life, runId: string | null, now: Date) {
  const runs = openRunsOf(life.row)
  const run = meantRun(runs, runId)
  if (run === undefined) return { run, durationMs: null, closed: life }
  const durationMs = Math.max(0, now.getTime() - run.startedAt.getTime())
  const open_runs = openRunsText(runs.filter((one) => one !== run))
  return { run, durationMs, closed: set(life, { open_runs, last_duration_ms: durationMs }) }
}
