import type { Decided, Work } from '../commit.ts'
import { type Asked, findCircumstances } from './circumstances.ts'
import { acknowledge, type Circumstances, type Course, wake } from './decide.ts'
import { findIncidents } from './find-incidents.ts'
import type { IncidentRow } from './incident.ts'
import { recordOf } from './record.ts'
import { type IncidentStatus, isActive } from './status.ts'
import { updateOf } from './update.ts'

export type IncidentCommand =
  | { do: 'acknowledge'; reason: string | null }
  /** Time, or something that it waits for: do whatever is due. */
  | { do: 'wake' }

export interface IncidentChanging {
  id: string
  command: IncidentCommand
  /** Only while it is at one of these versions. */
  ifVersion?: readonly number[] | undefined
  /** Only if one of these principals has made the scheduler; anybody's when absent. */
  owners?: readonly string[] | undefined
  /** The principal that asks for it. */
  actor: string
  /** Domain time. */
  now: Date
  traceparent?: string | undefined
}

export type IncidentOutcome =
  | { kind: 'changed'; before: IncidentRow; incident: IncidentRow; actions: readonly string[] }
  /** `wakeAt` is when it must be woken, which may differ from its `wake_at`. */
  | { kind: 'unchanged'; incident: IncidentRow; wakeAt: Date | null }
  | { kind: 'stale'; incident: IncidentRow }
  | { kind: 'refused'; incident: IncidentRow; allowed: readonly IncidentStatus[] }
  | { kind: 'missing' }

/**
 * Changes an incident: reads it and what it depends on, decides, and writes the new row with a log row and an event for each
 * change. When `followScheduler` changes the same one in the same transaction, the key of the log lets one of them in, and
 * the other is decided again.
 */
export const changeIncident: Work<IncidentChanging, IncidentOutcome> = {
  keys: ({ id }) => [`incident/${id}`],

  async decide(db, inputs) {
    const rows = new Map(
      (
        await findIncidents(
          db,
          inputs.map(({ id }) => id),
        )
      ).map((row) => [row.id, row]),
    )
    const asked = new Map<IncidentChanging, Asked>()
    for (const input of inputs) {
      const row = rows.get(input.id)
      if (input.command.do === 'wake' && row !== undefined && isActive(row.status)) asked.set(input, askedOf(row, input.now))
    }
    const circumstances = await findCircumstances(db, [...asked.values()])
    return inputs.map((input) => {
      const one = asked.get(input)
      return decideOne(input, rows.get(input.id), one === undefined ? undefined : circumstances(one))
    })
  },
}

function askedOf({ scheduler_id, opened_by_version, opened_at }: IncidentRow, at: Date): Asked {
  return { schedulerId: scheduler_id, version: opened_by_version, since: opened_at, at }
}

function decideOne(
  input: IncidentChanging,
  before: IncidentRow | undefined,
  circumstances: Circumstances | undefined,
): Decided<IncidentOutcome> {
  const { command, ifVersion, owners, actor, now } = input
  if (before === undefined || owners?.includes(before.created_by) === false) return { output: { kind: 'missing' } }
  if (ifVersion !== undefined && !ifVersion.includes(before.version)) return { output: { kind: 'stale', incident: before } }
  if (command.do === 'wake') {
    if (circumstances === undefined) return { output: { kind: 'unchanged', incident: before, wakeAt: null } }
    return written(wake(before, circumstances, now), before, input)
  }
  const acknowledged = acknowledge(before, { actor, reason: command.reason, at: now })
  if (acknowledged.kind === 'changed') return written(acknowledged.course, before, input)
  if (acknowledged.kind === 'unchanged') return { output: { kind: 'unchanged', incident: before, wakeAt: before.wake_at } }
  return { output: { ...acknowledged, incident: before } }
}

function written({ row, changes }: Course, before: IncidentRow, { traceparent }: IncidentChanging): Decided<IncidentOutcome> {
  if (changes.length === 0) return { output: { kind: 'unchanged', incident: before, wakeAt: row.wake_at } }
  const output = { kind: 'changed' as const, before, incident: row, actions: changes.map(({ action }) => action) }
  return { output, write: { update: updateOf(before, row), inserts: changes.flatMap((change) => recordOf(change, traceparent)) } }
}
