import { nameKey } from '../name-key.ts'
import { newId } from '../new-id.ts'
import { nextTime } from '../recurrence.ts'
import { listText } from '../schedulers/scheduler.ts'
import type { ReportAction } from './events.ts'
import type { ReportRow } from './report.ts'

/** What may be set. */
export interface ReportSettings {
  name: string
  channels: readonly string[]
  tag: string | null
  cron: string
  timeZone: string
  durationSeconds: number
  refreshSeconds: number
}

export interface NewReport extends ReportSettings {
  /** The principal that asks for it. */
  actor: string
  /** Whose doing it is, when that is not the actor: the owner of the key that asked. */
  createdBy?: string | undefined
  /** Domain time. */
  now: Date
  traceparent?: string | undefined
}

export type ReportCommand =
  /** A field that is absent stays. */
  | { do: 'edit'; edit: Partial<ReportSettings> }
  | { do: 'delete' }
  /** The clock: begin it, tell how it stands, end it. */
  | { do: 'wake' }

export interface ReportChange {
  before: ReportRow | null
  after: ReportRow
  action: ReportAction
  at: Date
}

export type Decision = { kind: 'changed'; row: ReportRow; changes: readonly ReportChange[] } | { kind: 'unchanged' }

export function newReport({ actor, createdBy, now, ...settings }: NewReport): ReportRow {
  const columns = { ...NONE, ...columnsOf(settings) }
  const row: ReportRow = {
    id: newId(now),
    ...columns,
    ...nextTime(columns, now, now),
    status: 'Waiting',
    next_refresh_at: null,
    started_version: null,
    version: 1,
    wake_at: null,
    created_by: createdBy ?? actor,
    created_at: now,
    updated_at: now,
    deleted_at: null,
  }
  return { ...row, wake_at: nextWake(row) }
}

const NONE = { name: '', name_key: '', channels: null, tag: null, cron: '', time_zone: '', duration_seconds: 0, refresh_seconds: 0 }

/**
 * What a command makes of a living report at `now`. Pure, so that a lost race can be decided again. `isCalm`: nothing in it is
 * expected before its end, nothing runs and nothing is Down.
 */
export function decide(row: ReportRow, command: ReportCommand, now: Date, isCalm: boolean): Decision {
  switch (command.do) {
    case 'edit':
      return edit(row, command.edit, now)
    case 'delete': {
      const after = changed(row, { ...WAITING, name_key: null, deleted_at: now }, now)
      return { kind: 'changed', row: after, changes: [{ before: row, after, action: 'deleted', at: now }] }
    }
    case 'wake':
      return wake(row, now, isCalm)
  }
}

const WAITING = { status: 'Waiting', next_refresh_at: null } as const

/** A new length is for the present time too. With another cron expression or zone that is given up, and the next one waited for. */
function edit(row: ReportRow, wanted: Partial<ReportSettings>, now: Date): Decision {
  const patch: Partial<ReportRow> = columnsOf(wanted)
  for (const column of Object.keys(patch) as (keyof ReportRow)[]) if (patch[column] === row[column]) delete patch[column]
  if (Object.keys(patch).length === 0) return { kind: 'unchanged' }
  const next = { ...row, ...patch }
  const isActive = row.status === 'Active'
  if ('cron' in patch || 'time_zone' in patch || ('duration_seconds' in patch && !isActive))
    Object.assign(patch, WAITING, nextTime(next, now, now))
  else if (isActive) {
    patch.ends_at = later(row.starts_at, next.duration_seconds)
    patch.next_refresh_at = nextRefresh(next, now)
  }
  const after = changed(row, patch, now)
  return { kind: 'changed', row: after, changes: [{ before: row, after, action: 'edited', at: now }] }
}

/** Does what is due. Refreshes that nobody looked at are one; times that have passed unseen are left out. */
function wake(row: ReportRow, now: Date, isCalm: boolean): Decision {
  const changes: ReportChange[] = []
  for (let before = row; ; ) {
    const next = step(before, now, isCalm)
    if (next === undefined) return changes.length === 0 ? { kind: 'unchanged' } : { kind: 'changed', row: before, changes }
    changes.push({ before, ...next })
    before = next.after
  }
}

function step(row: ReportRow, now: Date, isCalm: boolean): Omit<ReportChange, 'before'> | undefined {
  if (row.status === 'Waiting') {
    if (row.starts_at > now) return undefined
    const patch = { status: 'Active' as const, next_refresh_at: nextRefresh(row, now), started_version: row.version + 1 }
    return { after: changed(row, patch, row.starts_at), action: 'started', at: row.starts_at }
  }
  if (row.ends_at <= now) return end(row, row.ends_at, now)
  if (row.next_refresh_at === null || row.next_refresh_at > now) return undefined
  if (isCalm) return end(row, now, now)
  return { after: changed(row, { next_refresh_at: nextRefresh(row, now) }, now), action: 'refreshed', at: now }
}

/** One time is over before the next begins, also where the cron expression fires in between. */
function end(row: ReportRow, at: Date, now: Date): Omit<ReportChange, 'before'> {
  const next = nextTime(row, new Date(at.getTime() - 1), now)
  return { after: changed(row, { ...WAITING, ...next }, at), action: 'ended', at }
}

const later = (at: Date, seconds: number) => new Date(at.getTime() + seconds * 1_000)

/** The next of the instants, evenly apart since it began, that is still to come. */
function nextRefresh({ starts_at, refresh_seconds }: Pick<ReportRow, 'starts_at' | 'refresh_seconds'>, now: Date): Date {
  const passed = Math.floor((now.getTime() - starts_at.getTime()) / (refresh_seconds * 1_000))
  return later(starts_at, (Math.max(0, passed) + 1) * refresh_seconds)
}

function columnsOf({ name, channels, tag, cron, timeZone, durationSeconds, refreshSeconds }: Partial<ReportSettings>) {
  return {
    ...(name === undefined ? {} : { name, name_key: nameKey(name) }),
    ...(channels === undefined ? {} : { channels: listText(channels) }),
    ...(tag === undefined ? {} : { tag }),
    ...(cron === undefined ? {} : { cron }),
    ...(timeZone === undefined ? {} : { time_zone: timeZone }),
    ...(durationSeconds === undefined ? {} : { duration_seconds: durationSeconds }),
    ...(refreshSeconds === undefined ? {} : { refresh_seconds: refreshSeconds }),
  }
}

/** Outside its time it waits for nothing but the next one. */
export function nextWake({ status, starts_at, ends_at, next_refresh_at, deleted_at }: Omit<ReportRow, 'wake_at'>): Date | null {
  if (deleted_at !== null) return null
  if (status === 'Waiting') return starts_at
  return next_refresh_at !== null && next_refresh_at < ends_at ? next_refresh_at : ends_at
}

function changed(row: ReportRow, patch: Partial<ReportRow>, at: Date): ReportRow {
  const after = { ...row, ...patch, version: row.version + 1, updated_at: at > row.updated_at ? at : row.updated_at }
  return { ...after, wake_at: nextWake(after) }
}
