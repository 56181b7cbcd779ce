import { type ContentRules, contentRulesText } from './content-rules.ts'
import { change, type Life, type Patch } from './life.ts'
import { openRunsOf } from './open-runs.ts'
import { nextExpected } from './schedule.ts'
import { listText, type SchedulerRow, sortedTags } from './scheduler.ts'
import { lose } from './signals.ts'

/** What may be set. A field that is absent stays; null clears it. A period takes the place of a cron expression, and the other way round. */
export interface SchedulerEdit {
  name?: string
  periodSeconds?: number
  cron?: string
  timeZone?: string
  graceSeconds?: number
  startGraceSeconds?: number | null
  maxRuntimeSeconds?: number | null
  failureTolerance?: number
  recoveryThreshold?: number
  warnWhenLate?: boolean
  tags?: readonly string[]
  channels?: readonly string[]
  dependsOn?: readonly string[]
  remindEverySeconds?: number | null
  escalateAfterSeconds?: number | null
  escalateChannels?: readonly string[]
  contentRules?: Partial<ContentRules> | null
  minRuntimeSeconds?: number | null
  maxRunsPerPeriod?: number | null
  anomalyIsFailure?: boolean
}

/** The columns that an edit sets, those that stay the same left out. */
export function columnsOf(edit: SchedulerEdit): Patch {
  const { name, periodSeconds, cron, timeZone, tags, channels, dependsOn, warnWhenLate } = edit
  const set: Patch = {}
  if (name !== undefined) Object.assign(set, { name, name_key: name })
  if (periodSeconds !== undefined) Object.assign(set, { period_seconds: periodSeconds, cron: null })
  if (cron !== undefined) Object.assign(set, { cron, period_seconds: null })
  if (timeZone !== undefined) set.time_zone = timeZone
  if (edit.graceSeconds !== undefined) set.grace_seconds = edit.graceSeconds
  if (edit.startGraceSeconds !== undefined) set.start_grace_seconds = edit.startGraceSeconds
  if (edit.maxRuntimeSeconds !== undefined) set.max_runtime_seconds = edit.maxRuntimeSeconds
  if (edit.failureTolerance !== undefined) set.failure_tolerance = edit.failureTolerance
  if (edit.recoveryThreshold !== undefined) set.recovery_threshold = edit.recoveryThreshold
  if (warnWhenLate !== undefined) set.warn_when_late = warnWhenLate ? 1 : 0
  if (tags !== undefined) set.tags = sortedTags(tags)
  if (channels !== undefined) set.channels = listText(channels)
  if (dependsOn !== undefined) set.depends_on = listText(dependsOn)
  if (edit.remindEverySeconds !== undefined) set.remind_every_seconds = edit.remindEverySeconds
  if (edit.escalateAfterSeconds !== undefined) set.escalate_after_seconds = edit.escalateAfterSeconds
  if (edit.escalateChannels !== undefined) set.escalate_channels = listText(edit.escalateChannels)
  if (edit.contentRules !== undefined) set.content_rules = contentRulesText(edit.contentRules ?? {})
  if (edit.minRuntimeSeconds !== undefined) set.min_runtime_seconds = edit.minRuntimeSeconds
  if (edit.maxRunsPerPeriod !== undefined) set.max_runs_per_period = edit.maxRunsPerPeriod
  if (edit.anomalyIsFailure !== undefined) set.anomaly_is_failure = edit.anomalyIsFailure ? 1 : 0
  return set
}

/** A new schedule starts its expectations anew, and what is counted between them: the old ones say nothing about it. */
export function edit(life: Life, wanted: SchedulerEdit, now: Date): Life {
  const { row } = life
  const patch = columnsOf(wanted)
  for (const column of Object.keys(patch) as (keyof SchedulerRow)[]) {
    if (column === 'tags' ? patch.tags?.join('\n') === row.tags.join('\n') : patch[column] === row[column]) delete patch[column]
  }
  if (Object.keys(patch).length === 0) return life
  const next = { ...row, ...patch }
  const isMoved = 'period_seconds' in patch || 'cron' in patch || 'time_zone' in patch
  if (isMoved || 'min_runtime_seconds' in patch || 'max_runs_per_period' in patch) patch.counted_runs = null
  if (isMoved && row.status !== 'Paused') patch.expected_at = nextExpected(next, now)
  return change(life, patch, { action: 'edited', at: now })
}

export interface Pause {
  /** When it resumes by itself. */
  until: Date | null
  /** It stays paused whatever it reports. */
  sticky: boolean
}

/** Paused it is not watched: its open runs are given up. */
export function pause(life: Life, { until, sticky }: Pause, now: Date): Life {
  const { row } = life
  const patch = { paused_until: until, sticky_pause: sticky ? 1 : 0 }
  if (row.status === 'Paused') {
    const isSame = row.paused_until?.getTime() === until?.getTime() && row.sticky_pause === patch.sticky_pause
    return isSame ? life : change(life, patch, { action: 'edited', at: now })
  }
  const paused = change(life, { ...patch, ...UNWATCHED, status: 'Paused' }, { action: 'paused', at: now })
  return lose(paused, openRunsOf(row), now)
}

/** Its name, and its place in addresses, are free again. */
export function remove(life: Life, now: Date): Life {
  const removed = change(life, { ...UNWATCHED, deleted_at: now, name_key: null, slug: null }, { action: 'deleted', at: now })
  return lose(removed, openRunsOf(life.row), now)
}

const UNWATCHED = { open_runs: null, expected_at: null, down_since: null } as const
