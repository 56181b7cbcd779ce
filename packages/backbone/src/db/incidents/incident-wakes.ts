import type { Db } from '../schema.ts'
import { reading } from '../transaction.ts'
import { CLOCK_ACTOR, type WakingKind } from '../wake-rows.ts'
import { changeIncident } from './change-incident.ts'
import { ACTIVE_STATUSES } from './status.ts'

/** Reminders, escalations, and the ends of what kept people from being told. */
export const incidentWakes: WakingKind = {
  name: 'incident',
  table: 'incidents',

  async wake(writer, id, now) {
    const outcome = await writer.submit(changeIncident, { id, command: { do: 'wake' }, actor: CLOCK_ACTOR, now })
    switch (outcome.kind) {
      case 'changed':
        return { id, actions: outcome.actions, wokenAt: outcome.before.wake_at, nextWake: outcome.incident.wake_at }
      case 'unchanged':
        return { id, actions: [], wokenAt: outcome.incident.wake_at, nextWake: outcome.wakeAt }
      default:
        return undefined
    }
  },

  repair: (db, now) => repairIncidents(db, now),
}

/** The end of an incident is news to everybody by then. */
const LATE_MS = 10 * 60_000

/** Those of which somebody must be told and that have no wake, and those whose scheduler has not been Down for a while. */
async function repairIncidents(db: Db, now: Date): Promise<number> {
  const { numUpdatedRows } = await reading(() =>
    db
      .updateTable('incidents')
      .set({ wake_at: now })
      .where('status', 'in', [...ACTIVE_STATUSES])
      .where('wake_at', 'is', null)
      .where((eb) => {
        const isUntold = eb.or([eb('told_at', 'is', null), eb('remind_every_seconds', 'is not', null)])
        const scheduler = eb.selectFrom('schedulers').select('schedulers.id').whereRef('schedulers.id', '=', 'incidents.scheduler_id')
        const isOver = eb.exists(
          scheduler.where('schedulers.status', '<>', 'Down').where('schedulers.updated_at', '<', new Date(now.getTime() - LATE_MS)),
        )
        return eb.or([eb.and([eb('incidents.status', '=', 'Open'), isUntold]), isOver])
      })
      .executeTakeFirst(),
  )
  return Number(numUpdatedRows)
}
