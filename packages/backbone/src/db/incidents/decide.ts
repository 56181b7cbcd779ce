import { newId } from '../new-id.ts'
import type { Scheduler } from '../schedulers/scheduler.ts'
import { listText } from '../schedulers/scheduler.ts'
import { CLOCK_ACTOR } from '../wake-rows.ts'
import type { IncidentAction } from './events.ts'
import type { IncidentRow } from './incident.ts'
import type { IncidentChange } from './record.ts'
import { INCIDENT_MOVES, type IncidentStatus, isActive, type Resolution, type SuppressionReason } from './status.ts'

/** Who opens and resolves incidents. */
export const COORDINATOR_ACTOR = 'system:coordinator'

/** Why nobody is told at an instant, and when to ask again. */
export interface Suppression {
  why: SuppressionReason
  until: Date
  windowId: string | null
}

/** How the time that a scheduler was Down has ended. */
export interface End {
  at: Date
  how: Resolution
}

/** A scheduler that went Down. */
export interface Downtime {
  /** As it is then. */
  scheduler: Scheduler
  /** What was different right before. */
  before: Partial<Scheduler> | undefined
  reason: string
  error: string | null
  /** When it went Down. */
  at: Date
  /** When anybody knew of it. */
  noticedAt: Date
}

/** What became of an incident: the row as it is then, and the changes on the way there. */
export interface Course {
  row: IncidentRow
  changes: readonly IncidentChange[]
}

/** A new incident. Suppressed it is tracked like any other, and nobody is told. */
export function open({ scheduler, before, reason, error, at, noticedAt }: Downtime, suppression: Suppression | undefined): Course {
  const row: IncidentRow = {
    id: newId(noticedAt),
    scheduler_id: scheduler.id,
    opened_by_version: scheduler.version,
    name: scheduler.name,
    channels: listText(scheduler.channels),
    status: 'Open',
    reason,
    error: error?.slice(0, 1_000) ?? null,
    expected_at: instantOf(before?.nextExpectedAt),
    last_ping_at: instantOf(scheduler.lastPingAt),
    opened_at: at,
    ...silence(suppression),
    told_at: suppression === undefined ? noticedAt : null,
    remind_every_seconds: scheduler.remindEverySeconds,
    reminded_at: null,
    reminders: 0,
    escalate_after_seconds: scheduler.escalateAfterSeconds,
    escalate_channels: listText(scheduler.escalateChannels),
    escalated_at: null,
    acknowledged_by: null,
    acknowledged_at: null,
    resolved_at: null,
    resolution: null,
    version: 1,
    created_by: scheduler.createdBy,
    created_at: noticedAt,
    updated_at: noticedAt,
  }
  const opened = { ...row, wake_at: suppression?.until ?? nextWake(row) }
  const action = suppression === undefined ? 'opened' : 'suppressed'
  return { row: opened, changes: [{ before: null, after: opened, action, actor: COORDINATOR_ACTOR, at: noticedAt, reason }] }
}

const instantOf = (text: string | null | undefined) => (text == null ? null : new Date(text))

/** What a row says while nobody is told. */
function silence(suppression: Suppression | undefined) {
  return { suppressed: suppression?.why ?? null, window_id: suppression?.windowId ?? null, wake_at: suppression?.until ?? null }
}

/** Its scheduler is Down no more. */
export function resolve(course: Course, { at, how }: End, actor = COORDINATOR_ACTOR): Course {
  if (!isActive(course.row.status)) return course
  // When it ended, though it may be told later.
  const patch = { status: 'Resolved' as const, resolved_at: at, resolution: how }
  return change(course, patch, { action: 'resolved', actor, at, reason: how })
}

export type Acknowledgement =
  | { kind: 'changed'; course: Course }
  | { kind: 'unchanged' }
  | { kind: 'refused'; allowed: readonly IncidentStatus[] }

/** Somebody looks after it: nobody is reminded any more. */
export function acknowledge(row: IncidentRow, { actor, reason, at }: { actor: string; reason: string | null; at: Date }): Acknowledgement {
  if (row.status === 'Acknowledged') return { kind: 'unchanged' }
  if (row.status === 'Resolved') return { kind: 'refused', allowed: INCIDENT_MOVES[row.status] }
  const patch = { status: 'Acknowledged' as const, acknowledged_by: actor, acknowledged_at: at }
  const story = { action: 'acknowledged' as const, actor, at, ...(reason === null ? {} : { reason }) }
  return { kind: 'changed', course: change({ row, changes: [] }, patch, story) }
}

/** What is known of an incident's scheduler when it is woken. */
export interface Circumstances {
  end: End | undefined
  suppression: Suppression | undefined
}

/** A course without changes may still have another `wake_at`: the time to ask again. */
export function wake(row: IncidentRow, { end, suppression }: Circumstances, now: Date): Course {
  const course: Course = { row, changes: [] }
  // Nobody is reminded of what is over, should the news of its end be late or lost.
  if (end !== undefined) return resolve(course, end, CLOCK_ACTOR)
  if (row.status !== 'Open') return { ...course, row: { ...row, wake_at: null } }
  if (row.told_at === null) return suppression === undefined ? tell(course, now) : keepSilent(course, suppression, now)
  // During maintenance nobody is told of what went Down before it either; what it depends on hides nothing that was told.
  if (suppression?.why === 'maintenance') return { ...course, row: { ...row, wake_at: suppression.until } }
  // In this order, so that those who hear of it by the escalation are not reminded in the same moment.
  return escalate(remind(course, now), now)
}

function tell(course: Course, now: Date): Course {
  return change(course, { suppressed: null, told_at: now }, { action: 'opened', actor: CLOCK_ACTOR, at: now, reason: course.row.reason })
}

function keepSilent(course: Course, suppression: Suppression, now: Date): Course {
  const { row } = course
  // Which window it was stays known, for the summary at its end.
  const patch = { ...silence(suppression), window_id: suppression.windowId ?? row.window_id }
  if (row.suppressed === patch.suppressed && row.window_id === patch.window_id) return { ...course, row: { ...row, ...patch } }
  const { row: changed, changes } = change(course, patch, { action: 'suppressed', actor: CLOCK_ACTOR, at: now })
  return { row: { ...changed, wake_at: suppression.until }, changes }
}

function escalate(course: Course, now: Date): Course {
  const due = escalatesAt(course.row)
  if (due === null || due > now) return course
  return change(course, { escalated_at: now }, { action: 'escalated', actor: CLOCK_ACTOR, at: now })
}

/** One reminder, however many were due while nobody looked. */
function remind(course: Course, now: Date): Course {
  const due = remindsAt(course.row)
  if (due === null || due > now) return course
  const patch = { reminded_at: now, reminders: course.row.reminders + 1 }
  return change(course, patch, { action: 'reminded', actor: CLOCK_ACTOR, at: now })
}

const later = (from: Date, seconds: number) => new Date(from.getTime() + seconds * 1_000)

function remindsAt({ told_at, reminded_at, remind_every_seconds }: IncidentRow): Date | null {
  return told_at === null || remind_every_seconds === null ? null : later(reminded_at ?? told_at, remind_every_seconds)
}

function escalatesAt({ told_at, escalated_at, escalate_after_seconds }: IncidentRow): Date | null {
  return told_at === null || escalated_at !== null || escalate_after_seconds === null ? null : later(told_at, escalate_after_seconds)
}

/** When people hear of it again if nobody does anything; null when they do not. One that is suppressed keeps the time to ask again. */
export function nextWake(row: IncidentRow): Date | null {
  if (row.status !== 'Open') return null
  if (row.told_at === null) return row.wake_at
  const times = [remindsAt(row), escalatesAt(row)].flatMap((at) => (at === null ? [] : [at.getTime()]))
  return times.length === 0 ? null : new Date(Math.min(...times))
}

interface Story {
  action: IncidentAction
  actor: string
  at: Date
  reason?: string | undefined
}

function change({ row: before, changes }: Course, patch: Partial<IncidentRow>, story: Story): Course {
  const at = new Date(Math.max(story.at.getTime(), before.updated_at.getTime()))
  const row = { ...before, ...patch, version: before.version + 1, updated_at: at }
  const after = { ...row, wake_at: nextWake(row) }
  return { row: after, changes: [...changes, { before, after, ...story, at }] }
}
