import type { Db } from '../schema.ts'
import { reading } from '../transaction.ts'
import { CLOCK_ACTOR, type WakingKind } from '../wake-rows.ts'
import { changeWindow } from './change-window.ts'
import { nextWake } from './decide.ts'

/** Beginnings and ends of maintenance windows. */
export const windowWakes: WakingKind = {
  name: 'maintenance',
  table: 'maintenance_windows',

  async wake(writer, id, now) {
    const outcome = await writer.submit(changeWindow, { id, command: { do: 'wake' }, actor: CLOCK_ACTOR, now })
    if (outcome.kind === 'missing') return undefined
    const { window } = outcome
    if (outcome.kind !== 'changed') return { id, actions: [], wokenAt: window.wake_at, nextWake: nextWake(window) }
    return { id, actions: outcome.actions, wokenAt: outcome.before.wake_at, nextWake: window.wake_at }
  },

  repair: (db, now) => repairWindows(db, now),
}

/** Those that should have begun or ended. */
async function repairWindows(db: Db, now: Date): Promise<number> {
  const { numUpdatedRows } = await reading(() =>
    db
      .updateTable('maintenance_windows')
      .set({ wake_at: now })
      .where('deleted_at', 'is', null)
      .where((eb) => eb.or([eb('wake_at', 'is', null), eb('wake_at', '>', now)]))
      .where((eb) =>
        eb.or([
          eb.and([eb('status', '=', 'Scheduled'), eb('starts_at', '<=', now)]),
          eb.and([eb('status', '=', 'Active'), eb('ends_at', '<=', now)]),
        ]),
      )
      .executeTakeFirst(),
  )
  return Number(numUpdatedRows)
}
