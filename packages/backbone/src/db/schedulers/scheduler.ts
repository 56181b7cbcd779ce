import type { Selectable } from 'kysely'
import Type, { type Static } from 'typebox'
import { isoOrNull, isoText } from '../iso-text.ts'
import { nullable } from '../nullable.ts'
import type { Schema } from '../schema.ts'
import { SCHEDULER_COLUMNS } from './columns.ts'
import { ContentRulesSchema, contentRulesOf } from './content-rules.ts'
import { isFlapping } from './flapping.ts'
import { isWatched, SCHEDULER_STATUSES, type SchedulerStatus } from './status.ts'
import { successDeadline } from './wake.ts'

/** A scheduler as the database has it, with its tags in alphabetical order. */
export type SchedulerRow = Omit<Selectable<Schema['schedulers']>, 'status'> & { status: SchedulerStatus; tags: string[] }

/** What is between the rules and their row, and nobody's outside. */
const INTERNAL = [
  'name_key',
  'last_success_at',
  'late_told_at',
  'consecutive_failures',
  'consecutive_successes',
  'runs',
  'revision',
  'wake_at',
  'counted_runs',
] as const satisfies readonly (keyof SchedulerRow)[]
type Internal = (typeof INTERNAL)[number]

/** What is read of a scheduler to show it: reading its rows is a fifth of the work of a list. */
export type ShownRow = Omit<SchedulerRow, Internal>
export const SHOWN_COLUMNS = (Object.keys(SCHEDULER_COLUMNS.schedulers) as (keyof Schema['schedulers'])[]).filter(
  (column): column is Exclude<keyof Schema['schedulers'], Internal> => !INTERNAL.some((internal) => internal === column),
)

const Instant = Type.String({ format: 'date-time' })
const seconds = (description: string) => Type.Integer({ description })

/** A scheduler as everybody outside sees it: in the API's answers and in events. Where it is pinged is not for all. */
export const SchedulerSchema = Type.Object(
  {
    id: Type.String({ format: 'uuid' }),
    name: Type.String(),
    slug: nullable(Type.String({ description: 'Its name in addresses.' })),
    periodSeconds: nullable(seconds('How often it reports, unless it has a cron expression.')),
    cron: nullable(Type.String({ description: 'Five fields, as in a crontab.' })),
    timeZone: Type.String({ description: 'The IANA time zone of `cron`.' }),
    graceSeconds: seconds('How much later than expected it may succeed.'),
    startGraceSeconds: nullable(seconds('How much later than expected it may start.')),
    maxRuntimeSeconds: nullable(seconds('How long a run may last; as long as the grace, and 60 at least, unless set.')),
    failureTolerance: Type.Integer({ description: 'So many failures one after the other are Down.' }),
    recoveryThreshold: Type.Integer({ description: 'So many successes one after the other end Down.' }),
    warnWhenLate: Type.Boolean(),
    tags: Type.Array(Type.String()),
    channels: Type.Array(Type.String(), { description: 'Names of the channels that hear of it.' }),
    dependsOn: Type.Array(Type.String({ format: 'uuid' }), {
      description: 'While one of these is Down, nobody is told that this one goes Down.',
    }),
    remindEverySeconds: nullable(
      seconds('While it is Down and nobody has acknowledged it, people are reminded this often; null for never.'),
    ),
    escalateAfterSeconds: nullable(seconds('So long after that `escalateChannels` hear of it too; null for never.')),
    escalateChannels: Type.Array(Type.String()),
    contentRules: nullable(ContentRulesSchema),
    minRuntimeSeconds: nullable(seconds('A success that took less is an anomaly.')),
    maxRunsPerPeriod: nullable(Type.Integer({ description: 'More successes from one expectation to the next are an anomaly.' })),
    anomalyIsFailure: Type.Boolean({ description: 'An anomaly is a failure, not only told.' }),
    status: Type.Enum(SCHEDULER_STATUSES),
    late: Type.Boolean({ description: 'It is expected by now, and is neither running nor Down.' }),
    running: Type.Boolean(),
    flapping: Type.Boolean({ description: 'It went up and down more than five times within the last hour.' }),
    nextExpectedAt: nullable(Instant),
    goesDownAt: nullable(Type.String({ format: 'date-time', description: 'When it fails by silence, unless it reports.' })),
    lastPingAt: nullable(Instant),
    lastDurationSeconds: nullable(Type.Number()),
    lastError: nullable(Type.String()),
    downSince: nullable(Instant),
    pausedUntil: nullable(Instant),
    version: Type.Integer({ description: 'Grows by one with every change; the event sequence.' }),
    createdBy: Type.String(),
    createdAt: Instant,
    updatedAt: Instant,
  },
  { additionalProperties: false },
)
export type Scheduler = Static<typeof SchedulerSchema>

export function toScheduler(row: ShownRow, now: Date): Scheduler {
  return {
    id: row.id,
    name: row.name,
    slug: row.slug,
    periodSeconds: row.period_seconds,
    cron: row.cron,
    timeZone: row.time_zone,
    graceSeconds: row.grace_seconds,
    startGraceSeconds: row.start_grace_seconds,
    maxRuntimeSeconds: row.max_runtime_seconds,
    failureTolerance: row.failure_tolerance,
    recoveryThreshold: row.recovery_threshold,
    warnWhenLate: row.warn_when_late === 1,
    tags: row.tags,
    channels: listOf(row.channels),
    dependsOn: listOf(row.depends_on),
    remindEverySeconds: row.remind_every_seconds,
    escalateAfterSeconds: row.escalate_after_seconds,
    escalateChannels: listOf(row.escalate_channels),
    contentRules: contentRulesOf(row),
    minRuntimeSeconds: row.min_runtime_seconds,
    maxRunsPerPeriod: row.max_runs_per_period,
    anomalyIsFailure: row.anomaly_is_failure === 1,
    status: row.status,
    late: isLate(row, now),
    running: row.open_runs !== null,
    flapping: isFlapping(row, now),
    nextExpectedAt: isoOrNull(row.expected_at),
    goesDownAt: isoOrNull(successDeadline(row)),
    lastPingAt: isoOrNull(row.last_ping_at),
    lastDurationSeconds: row.last_duration_ms === null ? null : row.last_duration_ms / 1_000,
    lastError: row.last_error,
    downSince: isoOrNull(row.down_since),
    pausedUntil: isoOrNull(row.paused_until),
    version: row.version,
    createdBy: row.created_by,
    createdAt: isoText(row.created_at),
    updatedAt: isoText(row.updated_at),
  }
}

/** Expected by now, and neither running nor Down. */
export function isLate(row: Pick<SchedulerRow, 'status' | 'open_runs' | 'expected_at'>, now: Date): boolean {
  return isWatched(row.status) && row.open_runs === null && row.expected_at !== null && row.expected_at <= now
}

/** `channels` and `depends_on` are JSON lists in text columns; none is null, because Oracle has no empty string. */
export function listOf(text: string | null): string[] {
  return text === null ? [] : JSON.parse(text)
}

export function listText(list: readonly string[]): string | null {
  return list.length === 0 ? null : JSON.stringify(list)
}

/** Tags are a set. */
export function sortedTags(tags: readonly string[]): string[] {
  return [...new Set(tags)].sort()
}
