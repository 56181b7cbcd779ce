import type { Decided, Work } from '../commit.ts'
import { fragments } from '../dialect/fragments.ts'
import { listOf } from '../schedulers/scheduler.ts'
import type { Db } from '../schema.ts'
import type { Update } from '../write.ts'
import { decide, type NewWindow, newWindow, type WindowCommand } from './decide.ts'
import { findWindows } from './find-windows.ts'
import { type Outcome, recordOf } from './record.ts'
import type { WindowRow } from './window.ts'

/** Adds a window, Scheduled; the clock begins it. */
export const addWindow: Work<NewWindow, WindowRow> = {
  keys: () => [],

  async decide(_, inputs) {
    return inputs.map((input) => {
      const row = newWindow(input)
      const record = recordOf({ before: null, after: row, action: 'scheduled', at: input.now }, input)
      return { output: row, write: { inserts: [{ table: 'maintenance_windows', row }, ...record] } }
    })
  },
}

export interface WindowChanging {
  id: string
  command: WindowCommand
  /** Only while it is at one of these versions. */
  ifVersion?: readonly number[] | undefined
  /** The principal that asks for it. */
  actor: string
  /** Domain time. */
  now: Date
  traceparent?: string | undefined
}

export type WindowOutcome =
  | { kind: 'changed'; before: WindowRow; window: WindowRow; actions: readonly string[] }
  | { kind: 'unchanged' | 'stale' | 'ended'; window: WindowRow }
  | { kind: 'missing' }

/** Changes a window: reads it, decides, and writes the new row with a log row and an event for each change. */
export const changeWindow: Work<WindowChanging, WindowOutcome> = {
  keys: ({ id }) => [`maintenance/${id}`],

  async decide(db, inputs) {
    const rows = await findWindows(
      db,
      inputs.map(({ id }) => id),
    )
    const byId = new Map(rows.map((row) => [row.id, row]))
    const ending = inputs.flatMap(({ id, command, now }) => {
      const row = byId.get(id)
      return row !== undefined && command.do === 'wake' && row.ends_at <= now ? [row] : []
    })
    const outcomes = await findOutcomes(db, ending)
    return inputs.map((input) => decideOne(input, byId.get(input.id), outcomes.get(input.id)))
  },
}

function decideOne(input: WindowChanging, before: WindowRow | undefined, outcome: Outcome | undefined): Decided<WindowOutcome> {
  const { command, ifVersion, now } = input
  if (before === undefined) return { output: { kind: 'missing' } }
  if (ifVersion !== undefined && !ifVersion.includes(before.version)) return { output: { kind: 'stale', window: before } }
  const decision = decide(before, command, now)
  if (decision.kind !== 'changed') return { output: { kind: decision.kind, window: before } }
  const { row: window, changes } = decision
  const inserts = changes.flatMap((change) => recordOf(change, input, change.action === 'ended' ? (outcome ?? NOTHING) : undefined))
  const output = { kind: 'changed' as const, before, window, actions: changes.map(({ action }) => action) }
  return { output, write: { update: updateOf(before, window), inserts } }
}

const NOTHING: Outcome = { incidents: 0, resolved: 0, stillDown: [], channels: [] }

/** All that may ever change. */
function updateOf(before: WindowRow, { id, created_at: _, created_by: __, scheduler_id: ___, tag: ____, ...set }: WindowRow): Update {
  return { table: 'maintenance_windows', id, version: before.version, set }
}

const NAMED = 20
/** More are not counted. */
const MOST_INCIDENTS = 10_000

/** What went Down in these windows this time, by the id of the window. */
async function findOutcomes(db: Db, windows: readonly WindowRow[]): Promise<Map<string, Outcome>> {
  if (windows.length === 0) return new Map()
  const isOurs = fragments(db).anyOf(
    'incidents',
    'window_id',
    windows.map(({ id }) => id),
  )
  const since = new Date(Math.min(...windows.map(({ starts_at }) => starts_at.getTime())))
  const query = db.selectFrom('incidents').select(['window_id', 'opened_at', 'status', 'name', 'channels'])
  const rows = await query.where(isOurs).where('opened_at', '>=', since).orderBy('opened_at').fetch(MOST_INCIDENTS).execute()
  return new Map(
    windows.map(({ id, starts_at }) => {
      const own = rows.filter((row) => row.window_id === id && row.opened_at >= starts_at)
      const down = own.filter(({ status }) => status !== 'Resolved')
      const stillDown = down.slice(0, NAMED).map(({ name }) => name)
      const channels = [...new Set(own.flatMap((row) => listOf(row.channels)))]
      return [id, { incidents: own.length, resolved: own.length - down.length, stillDown, channels }]
    }),
  )
}
