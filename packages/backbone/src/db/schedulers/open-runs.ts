import { isoText } from '../iso-text.ts'

/** A run that has begun and not ended. */
export interface OpenRun {
  /** What tells runs at the same time apart, if the job says it. */
  runId: string | null
  startedAt: Date
  /** The last sign of life. */
  extendedAt: Date
}

/** So many at once; beyond it the oldest is Lost. */
export const MOST_OPEN_RUNS = 20

/** `open_runs` is a JSON list in a text column, the oldest first; none is null. */
export function openRunsOf({ open_runs }: { open_runs: string | null }): OpenRun[] {
  if (open_runs === null) return []
  const list = JSON.parse(open_runs) as { runId: string | null; startedAt: string; extendedAt: string }[]
  return list.map(({ runId, startedAt, extendedAt }) => ({ runId, startedAt: new Date(startedAt), extendedAt: new Date(extendedAt) }))
}

export function openRunsText(runs: readonly OpenRun[]): string | null {
  if (runs.length === 0) return null
  return JSON.stringify(
    runs.map(({ runId, startedAt, extendedAt }) => ({ runId, startedAt: isoText(startedAt), extendedAt: isoText(extendedAt) })),
  )
}

/** The run that a signal means: the one it names; without a name the unnamed one, or the only one. */
export function meantRun(runs: readonly OpenRun[], runId: string | null): OpenRun | undefined {
  return runs.find((run) => run.runId === runId) ?? (runId === null && runs.length === 1 ? runs[0] : undefined)
}
