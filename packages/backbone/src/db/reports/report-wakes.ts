import type { Db } from '../schema.ts'
import { reading } from '../transaction.ts'
import { CLOCK_ACTOR, type WakingKind } from '../wake-rows.ts'
import { changeReport } from './change-report.ts'
import { nextWake } from './decide.ts'

/** Beginnings, refreshes and ends of reports. */
export const reportWakes: WakingKind = {
  name: 'report',
  table: 'reports',

  async wake(writer, id, now) {
    const outcome = await writer.submit(changeReport, { id, command: { do: 'wake' }, actor: CLOCK_ACTOR, now })
    if (outcome.kind === 'missing') return undefined
    const { report } = outcome
    if (outcome.kind !== 'changed') return { id, actions: [], wokenAt: report.wake_at, nextWake: nextWake(report) }
    return { id, actions: outcome.actions, wokenAt: outcome.before.wake_at, nextWake: report.wake_at }
  },

  repair: (db, now) => repairReports(db, now),
}

/** Those that should have begun, been refreshed or ended. */
async function repairReports(db: Db, now: Date): Promise<number> {
  const { numUpdatedRows } = await reading(() =>
    db
      .updateTable('reports')
      .set({ wake_at: now })
      .where('deleted_at', 'is', null)
      .where((eb) => eb.or([eb('wake_at', 'is', null), eb('wake_at', '>', now)]))
      .where((eb) => {
        const isOver = eb.or([eb('ends_at', '<=', now), eb('next_refresh_at', '<=', now)])
        const isToBegin = eb.and([eb('status', '=', 'Waiting'), eb('starts_at', '<=', now)])
        return eb.or([isToBegin, eb.and([eb('status', '=', 'Active'), isOver])])
      })
      .executeTakeFirst(),
  )
  return Number(numUpdatedRows)
}
