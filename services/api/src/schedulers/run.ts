import { isoOrNull, isoText } from '@lifeline/backbone/db/iso-text'
import { nullable } from '@lifeline/backbone/db/nullable'
import type { RunRow } from '@lifeline/backbone/db/schedulers/history'
import { RUN_OUTCOMES } from '@lifeline/backbone/db/schedulers/status'
import Type, { type Static } from 'typebox'

const Instant = Type.String({ format: 'date-time' })

/** How a run ended. */
export const Run = Type.Object({
  number: Type.Integer({ description: 'They are counted as they end.' }),
  runId: nullable(Type.String()),
  startedAt: nullable(Instant, 'Null when no start was reported.'),
  endedAt: Instant,
  outcome: Type.Enum(RUN_OUTCOMES, { description: 'Missed: it did not report at all. Lost: nobody watches it any more.' }),
  durationSeconds: nullable(Type.Number()),
  exitCode: nullable(Type.Integer()),
  error: nullable(Type.String()),
})

export const seconds = (ms: number | null) => (ms === null ? null : ms / 1_000)

export function toRun(row: RunRow): Static<typeof Run> {
  const times = { startedAt: isoOrNull(row.started_at), endedAt: isoText(row.ended_at), durationSeconds: seconds(row.duration_ms) }
  return { number: row.number, runId: row.run_id, ...times, outcome: row.outcome, exitCode: row.exit_code, error: row.error }
}
