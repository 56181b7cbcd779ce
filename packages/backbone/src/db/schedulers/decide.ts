import { edit, type Pause, pause, remove, type SchedulerEdit } from './edits.ts'
import { type Life, settled } from './life.ts'
import type { SchedulerRow } from './scheduler.ts'
import { receive, type Signal } from './signals.ts'
import { catchUp, resume } from './silence.ts'
import { SCHEDULER_MOVES, type SchedulerStatus } from './status.ts'

export type SchedulerCommand =
  | { do: 'edit'; edit: SchedulerEdit }
  | ({ do: 'pause' } & Pause)
  | { do: 'resume' }
  | { do: 'delete' }
  | { do: 'signal'; signal: Signal }
  /** The clock: do whatever time alone has made due. */
  | { do: 'wake' }

export type Decision =
  | { kind: 'changed'; life: Life }
  | { kind: 'unchanged' }
  | { kind: 'refused'; from: SchedulerStatus; to: SchedulerStatus; allowed: readonly SchedulerStatus[] }

/**
 * What a command makes of a scheduler at `now`, after everything that time had done to it by then; or nothing, or a
 * refusal. Pure, so that a lost race can simply be decided again on the row as it is then.
 */
export function decide(row: SchedulerRow, wanted: SchedulerCommand, receivedAt: Date): Decision {
  const { command, now } = happened(row, wanted, receivedAt)
  const life = catchUp({ row, changes: [], runs: [] }, now)
  const { status } = life.row
  if (command.do === 'resume' && status !== 'Paused') return { kind: 'refused', from: status, to: 'New', allowed: SCHEDULER_MOVES[status] }
  const next = obey(life, command, now)
  return next.row === row ? { kind: 'unchanged' } : { kind: 'changed', life: settled(row, next) }
}

/**
 * A signal that comes late counts from when it happened, so that it delays no alarm; one that was overtaken, by another signal
 * or by a change, says nothing of the present and is only kept.
 */
function happened(row: SchedulerRow, command: SchedulerCommand, now: Date): { command: SchedulerCommand; now: Date } {
  const at = command.do === 'signal' ? command.signal.at : undefined
  if (command.do !== 'signal' || at === undefined || at >= now) return { command, now }
  if (at >= row.updated_at && (row.last_ping_at === null || at >= row.last_ping_at)) return { command, now: at }
  return { command: { do: 'signal', signal: { ...command.signal, kind: 'log' } }, now }
}

function obey(life: Life, command: SchedulerCommand, now: Date): Life {
  switch (command.do) {
    case 'edit':
      return edit(life, command.edit, now)
    case 'pause':
      return pause(life, command, now)
    case 'resume':
      return resume(life, now)
    case 'delete':
      return remove(life, now)
    case 'signal':
      return receive(life, command.signal, now)
    case 'wake':
      return life
  }
}
