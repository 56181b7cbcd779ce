import type { AnyEvent } from '@lifeline/backbone/broker/read-event'
import type { Writer } from '@lifeline/backbone/db/group-commit'
import { changeIncident } from '@lifeline/backbone/db/incidents/change-incident'
import { isInMaintenance } from '@lifeline/backbone/db/incidents/circumstances'
import { COORDINATOR_ACTOR } from '@lifeline/backbone/db/incidents/decide'
import { listDependents, listSilenced } from '@lifeline/backbone/db/incidents/find-incidents'
import { type FollowedEvent, followScheduler, isFollowed } from '@lifeline/backbone/db/incidents/follow-scheduler'
import type { Db } from '@lifeline/backbone/db/schema'
import type { Clock } from '@lifeline/backbone/process/clock'

/** What is told of schedulers without an incident. */
const TOLD_OF_SCHEDULERS = ['scheduler.late', 'scheduler.flapping', 'scheduler.anomaly'] as const

/** Keeps incidents as the events of schedulers tell. An event that comes again changes nothing. */
export function makeIncidentKeeper({ db, writer, clock }: { db: Db; writer: Writer; clock: Clock }) {
  /** Asks again whether people may be told of these. */
  async function askAgain(ids: readonly string[], { time, traceparent }: AnyEvent): Promise<void> {
    const now = new Date(Math.max(time.getTime(), clock.now().getTime()))
    const command = { do: 'wake' } as const
    await Promise.all(ids.map((id) => writer.submit(changeIncident, { id, command, actor: COORDINATOR_ACTOR, now, traceparent })))
  }

  return {
    /** Answers whether an incident was changed by it. */
    async hear(event: AnyEvent): Promise<boolean> {
      // Its end may be another than when they were opened.
      if (event.type === 'maintenance.updated' || event.type === 'maintenance.deleted')
        await askAgain(await listSilenced(db, event.data.after.id), event)
      if (!isFollowedEvent(event)) return false
      const incident = await writer.submit(followScheduler, { ...event, heardAt: clock.now() })
      // Whatever depends on it has nothing to hide behind any more.
      if (event.type !== 'scheduler.down') await askAgain(await listDependents(db, event.data.after.id), event)
      return incident !== undefined
    },

    /** Whether nobody shall hear of an event of a scheduler because of a maintenance window. Incidents know by themselves. */
    async isSilent(event: AnyEvent): Promise<boolean> {
      if (!isToldOfScheduler(event)) return false
      return await isInMaintenance(db, event.data.after, event.time)
    },
  }
}

function isFollowedEvent(event: AnyEvent): event is AnyEvent & FollowedEvent {
  return isFollowed(event.type)
}

type ToldEvent = Extract<AnyEvent, { type: (typeof TOLD_OF_SCHEDULERS)[number] }>

function isToldOfScheduler(event: AnyEvent): event is ToldEvent {
  return (TOLD_OF_SCHEDULERS as readonly string[]).includes(event.type)
}
