import type { Decided, Work } from '../commit.ts'
import { NotUniqueError } from '../errors.ts'
import { nameKey } from '../name-key.ts'
import type { Db } from '../schema.ts'
import type { Update } from '../write.ts'
import { decide, type NewReport, newReport, type ReportChange, type ReportCommand } from './decide.ts'
import { findReports, takenNames } from './find-reports.ts'
import { readSummary } from './read-summary.ts'
import { readTable, type TableRead } from './read-table.ts'
import { recordOf, type Telling } from './record.ts'
import type { ReportRow } from './report.ts'

const nameLine = (key: string) => `reports_name/${key}`
const taken = () => ({ error: new NotUniqueError('reports_name_key', undefined) })

/** Adds a report, Waiting; the clock begins it. Refuses with NotUniqueError (`reports_name_key`) a name that is taken, however it is written. */
export const addReport: Work<NewReport, ReportRow> = {
  keys: ({ name }) => [nameLine(nameKey(name))],

  async decide(db, inputs) {
    const names = await takenNames(
      db,
      inputs.map(({ name }) => nameKey(name)),
    )
    return inputs.map(({ traceparent, ...input }) => {
      if (names.has(nameKey(input.name))) return taken()
      const row = newReport(input)
      const { actor, now } = input
      const record = recordOf({ before: null, after: row, action: 'created', at: now }, { actor, traceparent })
      return { output: row, write: { inserts: [{ table: 'reports', row }, ...record] } }
    })
  },
}

export interface ReportChanging {
  id: string
  command: ReportCommand
  /** Only while it is at one of these versions. */
  ifVersion?: readonly number[] | undefined
  /** The principal that asks for it. */
  actor: string
  /** Domain time. */
  now: Date
  traceparent?: string | undefined
}

export type ReportOutcome =
  | { kind: 'changed'; before: ReportRow; report: ReportRow; actions: readonly string[] }
  | { kind: 'unchanged' | 'stale'; report: ReportRow }
  | { kind: 'missing' }

/**
 * Changes a report: reads it, decides, and writes the new row with a log row and an event for each change. Where one is due it
 * reads how its schedulers stand. Refuses with NotUniqueError (`reports_name_key`) when the new name is another's.
 */
export const changeReport: Work<ReportChanging, ReportOutcome> = {
  keys: ({ id, command }) => [`report/${id}`, ...wanted(command).map(nameLine)],

  async decide(db, inputs) {
    const ids = inputs.map(({ id }) => id)
    const names = inputs.flatMap(({ command }) => wanted(command))
    const [rows, holders] = await Promise.all([findReports(db, ids), takenNames(db, names)])
    const byId = new Map(rows.map((row) => [row.id, row]))
    return await Promise.all(inputs.map((input) => decideOne(db, input, byId.get(input.id), holders)))
  },
}

async function decideOne(
  db: Db,
  input: ReportChanging,
  before: ReportRow | undefined,
  holders: ReadonlyMap<string | null, string>,
): Promise<Decided<ReportOutcome>> {
  const { id, command, ifVersion, now } = input
  if (before === undefined) return { output: { kind: 'missing' } }
  if (ifVersion !== undefined && !ifVersion.includes(before.version)) return { output: { kind: 'stale', report: before } }
  const isDue = command.do === 'wake' && before.wake_at !== null && before.wake_at <= now
  const read = isDue ? await readTable(db, before, now) : undefined
  const decision = decide(before, command, now, read?.isCalm ?? false)
  if (decision.kind !== 'changed') return { output: { kind: 'unchanged', report: before } }
  const { row: report, changes } = decision
  if ((holders.get(report.name_key) ?? id) !== id) return taken()
  const tellings = await Promise.all(changes.map((change) => tellingOf(db, change, read)))
  const inserts = changes.flatMap((change, i) => recordOf(change, input, tellings[i]))
  const output = { kind: 'changed' as const, before, report, actions: changes.map(({ action }) => action) }
  return { output, write: { update: updateOf(before, report), inserts } }
}

/** The table of the time that the change belongs to, and at the end of it the summary. */
async function tellingOf(db: Db, { before, action, at }: ReportChange, read: TableRead | undefined): Promise<Telling> {
  if (before === null || read === undefined) return {}
  const ends_at = action === 'ended' ? at : before.ends_at
  const table = { ...read.table, startsAt: before.starts_at.toISOString(), endsAt: ends_at.toISOString() }
  if (action !== 'ended') return { table }
  return { table, summary: await readSummary(db, before.tag, { from: before.starts_at, to: at }, table) }
}

const wanted = (command: ReportCommand) => (command.do === 'edit' && command.edit.name !== undefined ? [nameKey(command.edit.name)] : [])

/** All that may ever change. */
function updateOf(before: ReportRow, { id, created_at: _, created_by: __, ...set }: ReportRow): Update {
  return { table: 'reports', id, version: before.version, set }
}
