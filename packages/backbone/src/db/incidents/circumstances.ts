import { fragments } from '../dialect/fragments.ts'
import { listWindowsAt } from '../maintenance/find-windows.ts'
import { isAt, isFor, type WindowRow } from '../maintenance/window.ts'
import { findSchedulers } from '../schedulers/find-schedulers.ts'
import { calmAt } from '../schedulers/flapping.ts'
import { listOf, type SchedulerRow } from '../schedulers/scheduler.ts'
import type { Db } from '../schema.ts'
import type { Circumstances, Suppression } from './decide.ts'
import { findEnd, openingText } from './find-incidents.ts'

/** A time that a scheduler is Down, asked about at an instant. */
export interface Asked {
  schedulerId: string
  /** The scheduler's version that went Down. */
  version: number
  /** Since when it is Down. */
  since: Date
  at: Date
}

/** A dependency has no end that is known: should the news of it be lost, it is asked for this often. */
const ASK_AGAIN_MS = 5 * 60_000

/**
 * Whether these go on, and who must not be told, as the database has it now; in a few statements for all of them. The
 * order of the events that lead here does not matter then.
 */
export async function findCircumstances(db: Db, asked: readonly Asked[]): Promise<(one: Asked) => Circumstances> {
  if (asked.length === 0) return () => ({ end: undefined, suppression: undefined })
  const times = asked.map(({ at }) => at.getTime())
  const [rows, windows] = await Promise.all([
    findSchedulers(db, [...new Set(asked.map(({ schedulerId }) => schedulerId))]),
    listWindowsAt(db, new Date(Math.min(...times)), new Date(Math.max(...times))),
  ])
  const schedulers = new Map(rows.map((row) => [row.id, row]))
  const goesOn = ({ schedulerId, since }: Asked) => {
    const row = schedulers.get(schedulerId)
    return row?.status === 'Down' && row.down_since?.getTime() === since.getTime()
  }
  const over = asked.filter((one) => !goesOn(one))
  const [down, ends] = await Promise.all([
    findDown(
      db,
      rows.flatMap((row) => listOf(row.depends_on)),
    ),
    Promise.all(over.map(async (one) => [openingText(one), await findEnd(db, one)] as const)),
  ])
  const endOf = new Map(ends)
  return (one) => {
    const scheduler = schedulers.get(one.schedulerId)
    const suppression = scheduler === undefined ? undefined : suppressionOf(scheduler, one, windows, down)
    return { end: endOf.get(openingText(one)), suppression }
  }
}

function suppressionOf(
  scheduler: SchedulerRow,
  asked: Asked,
  windows: readonly WindowRow[],
  down: ReadonlyMap<string, Date>,
): Suppression | undefined {
  const { at } = asked
  const covering = windows.filter((window) => isFor(window, scheduler) && isAt(window, at))
  const longest = covering.toSorted((a, b) => b.ends_at.getTime() - a.ends_at.getTime())[0]
  if (longest !== undefined) return { why: 'maintenance', until: longest.ends_at, windowId: longest.id }
  if (listOf(scheduler.depends_on).some((id) => hides(id, down.get(id), asked)))
    return { why: 'dependency', until: new Date(at.getTime() + ASK_AGAIN_MS), windowId: null }
  const calm = calmAt(scheduler, at)
  return calm === undefined ? undefined : { why: 'flapping', until: calm, windowId: null }
}

/** Oracle takes no more values in a list. */
const LONGEST_LIST = 1_000

/** Which of these schedulers are Down, and since when. */
async function findDown(db: Db, ids: readonly string[]): Promise<Map<string, Date>> {
  const down = new Map<string, Date>()
  for (let rest = [...new Set(ids)]; rest.length > 0; rest = rest.slice(LONGEST_LIST)) {
    const isParent = fragments(db).anyOf('schedulers', 'id', rest.slice(0, LONGEST_LIST))
    const query = db.selectFrom('schedulers').select(['id', 'down_since']).where(isParent).where('status', '=', 'Down')
    for (const { id, down_since } of await query.where('deleted_at', 'is', null).execute())
      if (down_since !== null) down.set(id, down_since)
  }
  return down
}

/** Whether a parent is Down for longer. So one of those that depend on each other, or on themselves, is always told. */
function hides(parentId: string, downSince: Date | undefined, { schedulerId, since }: Asked): boolean {
  if (downSince === undefined) return false
  return downSince < since || (downSince.getTime() === since.getTime() && parentId < schedulerId)
}

/** Whether a maintenance window lets nobody hear of a scheduler at an instant. */
export async function isInMaintenance(db: Db, scheduler: { id: string; tags: readonly string[] }, at: Date): Promise<boolean> {
  return (await listWindowsAt(db, at, at)).some((window) => isFor(window, scheduler) && isAt(window, at))
}
