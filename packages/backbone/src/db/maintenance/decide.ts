import { newId } from '../new-id.ts'
import { nextTime } from '../recurrence.ts'
import type { WindowAction } from './events.ts'
import type { WindowRow } from './window.ts'

/** When a window is: once, or each time that a cron expression fires. Its end is always known. */
export type WindowTimes = { startsAt: Date; endsAt: Date } | { cron: string; timeZone: string; durationSeconds: number }

export interface NewWindow {
  name: string
  /** For one scheduler, for all with a tag, or for all. */
  schedulerId?: string | undefined
  tag?: string | undefined
  times: WindowTimes
  /** The principal that asks for it. */
  actor: string
  /** Whose doing it is, when that is not the actor: the owner of the key that asked. */
  createdBy?: string | undefined
  /** Domain time. */
  now: Date
  traceparent?: string | undefined
}

/** A field that is absent stays. */
export interface WindowEdit {
  name?: string
  times?: WindowTimes
}

export type WindowCommand =
  | { do: 'edit'; edit: WindowEdit }
  | { do: 'delete' }
  /** The clock: begin and end it. */
  | { do: 'wake' }

export interface WindowChange {
  before: WindowRow | null
  after: WindowRow
  action: WindowAction
  at: Date
}

export type Decision = { kind: 'changed'; row: WindowRow; changes: readonly WindowChange[] } | { kind: 'unchanged' | 'ended' }

export function newWindow({ name, schedulerId, tag, times, actor, createdBy, now }: NewWindow): WindowRow {
  const row = {
    id: newId(now),
    name,
    scheduler_id: schedulerId ?? null,
    tag: tag ?? null,
    ...columnsOf(times, now),
    status: 'Scheduled' as const,
    version: 1,
    wake_at: null,
    created_by: createdBy ?? actor,
    created_at: now,
    updated_at: now,
    deleted_at: null,
  }
  return { ...row, wake_at: nextWake(row) }
}

/** What a command makes of a living window at `now`. Pure, so that a lost race can be decided again. One that has ended cannot be edited. */
export function decide(row: WindowRow, command: WindowCommand, now: Date): Decision {
  switch (command.do) {
    case 'edit':
      return edit(row, command.edit, now)
    case 'delete': {
      const after = changed(row, { status: 'Ended', deleted_at: now }, now)
      return { kind: 'changed', row: after, changes: [{ before: row, after, action: 'deleted', at: now }] }
    }
    case 'wake':
      return wake(row, now)
  }
}

function edit(row: WindowRow, { name, times }: WindowEdit, now: Date): Decision {
  if (row.status === 'Ended') return { kind: 'ended' }
  const patch: Partial<WindowRow> = times === undefined ? {} : columnsOf(times, now)
  if (name !== undefined) patch.name = name
  for (const column of Object.keys(patch) as (keyof WindowRow)[]) if (isSame(patch[column], row[column])) delete patch[column]
  if (Object.keys(patch).length === 0) return { kind: 'unchanged' }
  // One that is moved away begins again when its time comes.
  const status = (patch.starts_at ?? row.starts_at) > now ? 'Scheduled' : row.status
  const after = changed(row, { ...patch, status }, now)
  return { kind: 'changed', row: after, changes: [{ before: row, after, action: 'edited', at: now }] }
}

const isSame = (a: unknown, b: unknown) => (a instanceof Date && b instanceof Date ? a.getTime() === b.getTime() : a === b)

/** Begins and ends what is due, each at its own instant. Times that have passed while nobody looked are left out. */
function wake(row: WindowRow, now: Date): Decision {
  const changes: WindowChange[] = []
  for (let before = row; ; ) {
    const next = step(before, now)
    if (next === undefined) return changes.length === 0 ? { kind: 'unchanged' } : { kind: 'changed', row: before, changes }
    changes.push({ before, ...next })
    before = next.after
  }
}

function step(row: WindowRow, now: Date): Omit<WindowChange, 'before'> | undefined {
  if (row.status === 'Scheduled' && row.starts_at <= now)
    return { after: changed(row, { status: 'Active' }, row.starts_at), action: 'started', at: row.starts_at }
  if (row.status !== 'Active' || row.ends_at > now) return undefined
  const { cron, time_zone, duration_seconds, starts_at } = row
  const isLast = cron === null || time_zone === null || duration_seconds === null
  const patch = isLast
    ? { status: 'Ended' as const }
    : { status: 'Scheduled' as const, ...nextTime({ cron, time_zone, duration_seconds }, starts_at, now) }
  return { after: changed(row, patch, row.ends_at), action: 'ended', at: row.ends_at }
}

function columnsOf(times: WindowTimes, now: Date) {
  if ('startsAt' in times) return { cron: null, time_zone: null, duration_seconds: null, starts_at: times.startsAt, ends_at: times.endsAt }
  const recurrence = { cron: times.cron, time_zone: times.timeZone, duration_seconds: times.durationSeconds }
  return { ...recurrence, ...nextTime(recurrence, now, now) }
}

export function nextWake({ status, starts_at, ends_at, deleted_at }: Omit<WindowRow, 'wake_at'>): Date | null {
  if (deleted_at !== null || status === 'Ended') return null
  return status === 'Scheduled' ? starts_at : ends_at
}

function changed(row: WindowRow, patch: Partial<WindowRow>, at: Date): WindowRow {
  const after = { ...row, ...patch, version: row.version + 1, updated_at: at > row.updated_at ? at : row.updated_at }
  return { ...after, wake_at: nextWake(after) }
}
