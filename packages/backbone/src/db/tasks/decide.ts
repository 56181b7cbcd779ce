import type { TaskAction, TaskEventData } from './events.ts'
import { canMove, hasEnded, TASK_MOVES, type TaskStatus } from './status.ts'
import { remindersOf, type Task, type TaskRow } from './task.ts'
import { dueWake, nextWake } from './wake.ts'

/** What a PATCH may set. A field that is absent stays; null clears it. */
export interface TaskEdit {
  title?: string
  description?: string | null
  assignee?: string
  dueAt?: Date | null
  remindBefore?: readonly string[]
  labels?: readonly string[]
}

export type TaskCommand =
  | { do: 'move'; to: TaskStatus; reason: string | null }
  | { do: 'edit'; edit: TaskEdit }
  | { do: 'delete' }
  /** The clock: do whatever time alone has made due. */
  | { do: 'wake' }

/** What the log row and the event say beyond before and after. */
interface Story {
  action: TaskAction
  reason?: string
  reminders?: string[]
  noticedAt?: Date
}

export type Decision =
  | { kind: 'changed'; row: TaskRow; story: Story }
  | { kind: 'unchanged' }
  | { kind: 'refused'; from: TaskStatus; to: TaskStatus; allowed: readonly TaskStatus[] }

/**
 * What a command makes of a task at `now`: the new row (with the next version and its wake), or nothing, or a refusal.
 * Pure, so that a lost race can simply be decided again on the row as it is then.
 */
export function decide(row: TaskRow, command: TaskCommand, now: Date): Decision {
  switch (command.do) {
    case 'move':
      return decideMove(row, command.to, command.reason, now)
    case 'edit':
      return decideEdit(row, command.edit, now)
    case 'delete':
      // The reference is free again for another task.
      return changed(row, { deleted_at: now, external_ref: null }, { action: 'deleted' }, now)
    case 'wake':
      return decideWake(row, now)
  }
}

function decideMove(row: TaskRow, to: TaskStatus, reason: string | null, now: Date): Decision {
  const from = row.status
  if (from === to) return { kind: 'unchanged' }
  if (!canMove(from, to)) return { kind: 'refused', from, to, allowed: TASK_MOVES[from] }
  const patch: Partial<TaskRow> = { status: to }
  if (to === 'InProgress' && row.started_at === null) patch.started_at = now
  if (to === 'Completed') patch.completed_at = now
  else if (hasEnded(from)) patch.completed_at = null
  return changed(row, patch, { action: 'moved', ...(reason === null ? {} : { reason }) }, now)
}

function decideEdit(row: TaskRow, edit: TaskEdit, now: Date): Decision {
  const patch: Partial<TaskRow> = {}
  if (edit.title !== undefined && edit.title !== row.title) patch.title = edit.title
  if (edit.description !== undefined && edit.description !== row.description) patch.description = edit.description
  if (edit.assignee !== undefined && edit.assignee !== row.assignee) patch.assignee = edit.assignee
  if (edit.labels !== undefined && !sameList(edit.labels, row.labels)) patch.labels = sortedLabels(edit.labels)
  if (edit.remindBefore !== undefined && !sameList(edit.remindBefore, remindersOf(row))) {
    Object.assign(patch, { remind_before: remindersText(edit.remindBefore), fired_until: now })
  }
  if (edit.dueAt !== undefined && edit.dueAt?.getTime() !== row.due_at?.getTime()) {
    // A new deadline is armed again, whatever became of the old one.
    Object.assign(patch, { due_at: edit.dueAt, deadline_passed_at: null, fired_until: now })
  }
  return Object.keys(patch).length === 0 ? { kind: 'unchanged' } : changed(row, patch, { action: 'edited' }, now)
}

function decideWake(row: TaskRow, now: Date): Decision {
  const due = dueWake(row, now)
  if (due === null) return { kind: 'unchanged' }
  if (due.action === 'deadline_approaching') return changed(row, { fired_until: now }, due, now)
  return changed(row, { fired_until: now, deadline_passed_at: row.due_at }, { ...due, noticedAt: now }, now)
}

function changed(row: TaskRow, patch: Partial<TaskRow>, story: Story, now: Date): Decision {
  const next = { ...row, ...patch, version: row.version + 1, updated_at: now }
  return { kind: 'changed', row: { ...next, wake_at: nextWake(next) }, story }
}

/** Labels are a set. */
export function sortedLabels(labels: readonly string[]): string[] {
  return [...new Set(labels)].sort()
}

export function remindersText(reminders: readonly string[]): string | null {
  return reminders.length === 0 ? null : JSON.stringify(reminders)
}

function sameList(a: readonly string[], b: readonly string[]) {
  return JSON.stringify(sortedLabels(a)) === JSON.stringify(sortedLabels(b))
}

/** The event that tells of a change: the task after it, and what was different before (undefined for a creation). */
export function eventData(old: Partial<Task> | undefined, task: Task, actor: string, story: Story): TaskEventData {
  return {
    ...(old === undefined ? {} : { before: old }),
    after: task,
    actor,
    ...(story.reason === undefined ? {} : { reason: story.reason }),
    ...(story.reminders === undefined ? {} : { reminders: story.reminders }),
    ...(story.noticedAt === undefined ? {} : { noticedAt: story.noticedAt.toISOString() }),
  }
}
