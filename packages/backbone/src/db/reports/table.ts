import Type, { type Static } from 'typebox'
import { nullable } from '../nullable.ts'
import { SCHEDULER_STATUSES } from '../schedulers/status.ts'

const Instant = Type.String({ format: 'date-time' })
const count = (description?: string) => Type.Integer(description === undefined ? {} : { description })
const Window = {
  startsAt: Instant,
  endsAt: Type.String({ format: 'date-time', description: 'Of a time that has ended, when that was.' }),
}

/** Rows of a table. What is in trouble comes first, so the others are seldom missed. */
export const MOST_ROWS = 40
/** Names in a summary. */
export const MOST_NAMES = 20

/** How the schedulers of a report stand at an instant. */
export const ReportTable = Type.Object({
  ...Window,
  asOf: Instant,
  counts: Type.Object({
    New: count(),
    Up: count(),
    Down: count(),
    Paused: count(),
    late: count('Of those that are New or Up.'),
    running: count('Of any status.'),
  }),
  rows: Type.Array(
    Type.Object({
      name: Type.String(),
      status: Type.Enum(SCHEDULER_STATUSES),
      late: Type.Boolean(),
      running: Type.Boolean(),
      lastPingAt: nullable(Instant),
      nextExpectedAt: nullable(Instant),
      lastDurationSeconds: nullable(Type.Number()),
      lastError: nullable(Type.String({ description: 'Its beginning.' })),
    }),
    { description: `At most ${MOST_ROWS}: Down, late and running first, then by when they are expected.` },
  ),
})
export type ReportTable = Static<typeof ReportTable>

/** What happened in one time of a report. */
export const ReportSummary = Type.Object({
  ...Window,
  allClear: Type.Boolean({ description: 'No run failed, timed out or was missed, and nothing is Down.' }),
  succeeded: count(),
  failed: count(),
  timedOut: count(),
  missed: count(),
  late: count('Expected by its end, and neither running nor Down.'),
  running: count('Still running at its end.'),
  longest: nullable(Type.Object({ name: Type.String(), seconds: Type.Number() })),
  failing: Type.Array(Type.Object({ name: Type.String(), failed: count(), timedOut: count(), missed: count() }), {
    description: `Those of which a run failed, timed out or was missed: the worst ${MOST_NAMES}.`,
  }),
  down: count('Down at its end.'),
  stillDown: Type.Array(Type.String(), { description: `Names of those, at most ${MOST_NAMES}.` }),
})
export type ReportSummary = Static<typeof ReportSummary>
