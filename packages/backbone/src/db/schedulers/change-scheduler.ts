import type { Work } from '../commit.ts'
import { NotUniqueError } from '../errors.ts'
import type { Db } from '../schema.ts'
import type { Delete, Insert, Update } from '../write.ts'
import { type Decision, decide, type SchedulerCommand } from './decide.ts'
import { findNames, findSchedulers } from './find-schedulers.ts'
import type { Change, Life } from './life.ts'
import { isOwnScheduler, type SchedulerOwner } from './owner.ts'
import { type PingDetails, pingDelete, pingInsert, storable } from './ping.ts'
import { recordOf, runInserts } from './record.ts'
import type { SchedulerRow } from './scheduler.ts'
import type { Signal } from './signals.ts'

export interface SchedulerChange {
  id: string
  command: SchedulerCommand
  /** Only while it is at one of these versions. */
  ifVersion?: readonly number[] | undefined
  /** Only when it is one of these principals'. */
  owner?: SchedulerOwner
  /** The principal that asks for it. */
  actor: string
  /** Domain time. */
  now: Date
  traceparent?: string | undefined
}

export type SchedulerOutcome =
  /** Also by a signal that nobody hears of: then there are no changes. */
  | { kind: 'changed'; before: SchedulerRow; scheduler: SchedulerRow; changes: readonly Change[]; ping: Life['ping'] }
  | { kind: 'unchanged'; scheduler: SchedulerRow }
  | (Extract<Decision, { kind: 'refused' }> & { scheduler: SchedulerRow })
  | { kind: 'stale'; scheduler: SchedulerRow }
  | { kind: 'missing' }

export const schedulerKey = (id: string) => `scheduler/${id}`
export const nameKey = (name: string) => `scheduler_name/${name}`

/**
 * Changes a scheduler: reads it, decides, and writes the new row with a log row and an event for each change, if it is
 * still as it was read. Refuses with NotUniqueError (`schedulers_name_key`) a name that another one has.
 */
export const changeScheduler: Work<SchedulerChange, SchedulerOutcome> = {
  keys: ({ id, command }) => [schedulerKey(id), ...(newName(command) === undefined ? [] : [nameKey(newName(command) ?? '')])],

  async decide(db, changes) {
    const rows = await findSchedulers(
      db,
      changes.map((change) => change.id),
    )
    const byId = new Map(rows.map((row) => [row.id, row]))
    const taken = await takenNames(db, changes)
    return changes.map((wanted) => {
      const before = byId.get(wanted.id)
      if (before === undefined || !isOwnScheduler(before, wanted.owner)) return { output: { kind: 'missing' } }
      if (wanted.ifVersion?.includes(before.version) === false) return { output: { kind: 'stale', scheduler: before } }
      const holder = taken.get(newName(wanted.command) ?? '')
      if (holder !== undefined && holder !== before.id) return { error: new NotUniqueError('schedulers_name_key', undefined) }
      return changeOf(before, wanted)
    })
  },
}

/** A signal with all that is kept of it, as a command. Its texts are made so that they can be stored. */
export function signalCommand(signal: Signal & PingDetails): SchedulerCommand {
  const { error, userAgent } = signal
  const texts = {
    error: error == null ? null : storable(error).slice(0, 1_000) || null,
    userAgent: userAgent == null ? null : storable(userAgent),
  }
  return { do: 'signal', signal: { ...signal, ...texts } }
}

/** What a change of a scheduler that was read comes to. */
export function changeOf(before: SchedulerRow, { command, actor, now, traceparent }: SchedulerChange) {
  const decision = decide(before, command, now)
  if (decision.kind !== 'changed') return { output: { ...decision, scheduler: before } } as { output: SchedulerOutcome }
  const { life } = decision
  const output: SchedulerOutcome = { kind: 'changed', before, scheduler: life.row, changes: life.changes, ping: life.ping }
  const inserts = [
    ...life.changes.flatMap((change) => recordOf(change, { actor, traceparent })),
    ...runInserts(life.row, life.runs),
    ...(command.do === 'signal' ? pingInsert(life, command.signal, now) : []),
  ]
  const tags = retag(before, life.row)
  const write = {
    update: updateOf(command, before, life.row),
    inserts: [...tags.inserts, ...inserts],
    deletes: [...tags.deletes, ...pingDelete(life)],
  }
  return { output, write }
}

const newName = (command: SchedulerCommand) => (command.do === 'edit' ? command.edit.name : undefined)

/** Asked before they are written: a violated constraint would fail everybody who is written together with it. */
async function takenNames(db: Db, changes: readonly SchedulerChange[]): Promise<Map<string, string>> {
  return await findNames(
    db,
    changes.flatMap(({ command }) => newName(command) ?? []),
  )
}

type Column = Exclude<keyof SchedulerRow, 'id' | 'tags' | 'created_at' | 'created_by' | 'ping_token'>

/** What anything may change. The same for every row, so that the statements are few. */
const STATE: readonly Column[] = [
  ...(['version', 'revision', 'updated_at', 'wake_at', 'status', 'last_ping_at', 'last_success_at', 'last_duration_ms'] as const),
  ...(['last_error', 'expected_at', 'down_since', 'late_told_at', 'consecutive_failures', 'consecutive_successes'] as const),
  ...(['open_runs', 'flips', 'pings', 'runs', 'paused_until', 'sticky_pause', 'counted_runs'] as const),
]
const ALL: readonly Column[] = [
  ...STATE,
  ...(['name', 'name_key', 'slug', 'period_seconds', 'cron', 'time_zone', 'grace_seconds', 'start_grace_seconds'] as const),
  ...([
    'max_runtime_seconds',
    'failure_tolerance',
    'recovery_threshold',
    'warn_when_late',
    'channels',
    'depends_on',
    'remind_every_seconds',
    'escalate_after_seconds',
    'escalate_channels',
    'content_rules',
    'min_runtime_seconds',
    'max_runs_per_period',
    'anomaly_is_failure',
    'deleted_at',
  ] as const),
]

function updateOf(command: SchedulerCommand, before: SchedulerRow, after: SchedulerRow): Update {
  const columns = command.do === 'edit' || command.do === 'delete' ? ALL : STATE
  const set = Object.fromEntries(columns.map((column) => [column, after[column]]))
  return { table: 'schedulers', id: after.id, revision: before.revision, set }
}

export function tagInserts(id: string, tags: readonly string[]): Insert[] {
  return tags.map((tag) => ({ table: 'scheduler_tags', row: { scheduler_id: id, tag } }))
}

/** Only the tags that came or went: what is both deleted and inserted would have no order. */
function retag(before: SchedulerRow, after: SchedulerRow): { inserts: Insert[]; deletes: Delete[] } {
  const [old, now] = [new Set(before.tags), new Set(after.tags)]
  const deletes = [...old.difference(now)].map((tag) => ({ table: 'scheduler_tags' as const, key: { scheduler_id: after.id, tag } }))
  return { inserts: tagInserts(after.id, [...now.difference(old)]), deletes }
}
