import { fragments } from '../dialect/fragments.ts'
import type { Db } from '../schema.ts'
import { reading } from '../transaction.ts'
import { CLOCK_ACTOR, type WakingKind } from '../wake-rows.ts'
import { changeScheduler } from './change-scheduler.ts'
import { WATCHED_STATUSES } from './status.ts'
import { nextWake } from './wake.ts'

/** Silence, lateness, runs that take too long, and the ends of pauses. */
export const schedulerWakes: WakingKind = {
  name: 'scheduler',
  table: 'schedulers',

  async wake(writer, id, now) {
    const outcome = await writer.submit(changeScheduler, { id, command: { do: 'wake' }, actor: CLOCK_ACTOR, now })
    if (outcome.kind === 'missing') return undefined
    const { scheduler } = outcome
    if (outcome.kind !== 'changed') return { id, actions: [], wokenAt: scheduler.wake_at, nextWake: nextWake(scheduler) }
    // While it is Down a run that times out is only recorded.
    const told = outcome.changes.map(({ story }) => story.action)
    return { id, actions: told.length > 0 ? told : ['recorded'], wokenAt: outcome.before.wake_at, nextWake: scheduler.wake_at }
  },

  repair: (db, now) => repairSchedulers(db, now),
}

/** Those that are expected and would not be woken by the end of their grace, whose runs nobody times, or whose pause is over. */
async function repairSchedulers(db: Db, now: Date): Promise<number> {
  const { secondsBetween } = fragments(db)
  const { numUpdatedRows } = await reading(() =>
    db
      .updateTable('schedulers')
      .set({ wake_at: now })
      .where('deleted_at', 'is', null)
      .where((eb) => eb.or([eb('wake_at', 'is', null), eb('wake_at', '>', now)]))
      .where((eb) => {
        const hasNoWake = eb('wake_at', 'is', null)
        const wakesTooLate = eb(secondsBetween(eb.ref('expected_at'), eb.ref('wake_at')), '>', eb.ref('grace_seconds'))
        const isExpected = eb.and([
          eb('status', 'in', [...WATCHED_STATUSES]),
          eb('open_runs', 'is', null),
          eb('expected_at', '<=', now),
          eb.or([hasNoWake, wakesTooLate]),
        ])
        const isUntimed = eb.and([eb('status', '<>', 'Paused'), eb('open_runs', 'is not', null), hasNoWake])
        return eb.or([isExpected, isUntimed, eb.and([eb('status', '=', 'Paused'), eb('paused_until', '<=', now)])])
      })
      .executeTakeFirst(),
  )
  return Number(numUpdatedRows)
}
