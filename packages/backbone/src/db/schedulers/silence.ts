import { change, endRun, fail, type Life, notBefore, set } from './life.ts'
import { openRunsOf, openRunsText } from './open-runs.ts'
import { nextExpected } from './schedule.ts'
import { type Due, nextDue, runDeadline } from './wake.ts'

/**
 * Everything that time alone has done to a scheduler up to `now`, each thing at its own instant: the sweep's, and what
 * comes before a signal or an edit that was quicker than the sweep. It ends, because each step moves an expectation on, ends
 * a run, or ends in Down.
 */
export function catchUp(life: Life, now: Date): Life {
  let caughtUp = life
  for (let due = nextDue(life.row, now); due !== null && due.at <= now; due = nextDue(caughtUp.row, now)) {
    caughtUp = happen(caughtUp, due, now)
  }
  return caughtUp
}

function happen(life: Life, { at, what }: Due, noticedAt: Date): Life {
  const { row } = life
  switch (what) {
    case 'resume':
      return resume(life, at, noticedAt)
    case 'late':
      return change(life, { late_told_at: row.expected_at }, { action: 'late', at, noticedAt })
    case 'timeout':
      return timeOut(life, at, noticedAt)
    case 'missed':
    case 'start_missed': {
      const error = what === 'missed' ? 'No success in time.' : 'No start in time.'
      const missed = endRun(life, { runId: null, startedAt: null, endedAt: at, outcome: 'Missed', error })
      return fail(missed, { at, startedAt: null, reason: what, error, noticedAt })
    }
  }
}

/** The end of a pause: its expectations start anew. */
export function resume(life: Life, until: Date, noticedAt?: Date): Life {
  // One that was paused until an instant before it was paused.
  const at = notBefore(life.row, until)
  const fresh = { status: 'New', paused_until: null, sticky_pause: 0, consecutive_failures: 0, consecutive_successes: 0 } as const
  const patch = { ...fresh, down_since: null, expected_at: nextExpected(life.row, at) }
  return change(life, patch, { action: 'resumed', at, ...(noticedAt === undefined ? {} : { noticedAt }) })
}

/** The open runs that should have ended by `at`, each a failure. */
function timeOut(life: Life, at: Date, noticedAt: Date): Life {
  const isOver = (run: { extendedAt: Date }) => runDeadline(life.row, run) <= at
  const runs = openRunsOf(life.row)
  const rest = set(life, { open_runs: openRunsText(runs.filter((run) => !isOver(run))) })
  const error = 'The run did not end in time.'
  return runs.filter(isOver).reduce((each, { runId, startedAt }) => {
    const ended = endRun(each, { runId, startedAt, endedAt: at, outcome: 'TimedOut', error })
    return fail(ended, { at, startedAt, reason: 'timed_out', error, noticedAt })
  }, rest)
}
