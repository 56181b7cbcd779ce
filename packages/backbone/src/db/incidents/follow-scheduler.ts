import type { Decided, Work } from '../commit.ts'
import type { DomainEvent } from '../outbox/cloud-event.ts'
import type { SchedulerEventData } from '../schedulers/events.ts'
import type { Insert } from '../write.ts'
import { type Asked, findCircumstances } from './circumstances.ts'
import { type Course, type Downtime, type End, open, resolve } from './decide.ts'
import { findActive, findOpened, openingText } from './find-incidents.ts'
import type { IncidentRow } from './incident.ts'
import { recordOf } from './record.ts'
import type { Resolution } from './status.ts'
import { updateOf } from './update.ts'

/** What incidents hear of schedulers. */
export const RESOLUTION_OF = {
  'scheduler.recovered': 'recovered',
  'scheduler.paused': 'paused',
  'scheduler.deleted': 'deleted',
} as const satisfies Record<string, Resolution>

export type FollowedType = 'scheduler.down' | keyof typeof RESOLUTION_OF
export type FollowedEvent = DomainEvent<SchedulerEventData> & {
  type: FollowedType
  /** When it is heard of, where that is later: reminders count from when people are told. Domain time. */
  heardAt?: Date
}

export function isFollowed(type: string): type is FollowedType {
  return type === 'scheduler.down' || type in RESOLUTION_OF
}

/**
 * Opens an incident when a scheduler goes Down, and resolves it when it is Down no more. Events may come twice, late, and in
 * any order: an incident belongs to the version that went Down, only a later one ends it, and whether it has ended already
 * is read from the scheduler's log. Answers the incident that was opened or resolved.
 */
export const followScheduler: Work<FollowedEvent, IncidentRow | undefined> = {
  keys: ({ data }) => [`incidents_of/${data.after.id}`],

  async decide(db, events) {
    const downs = events.filter(({ type }) => type === 'scheduler.down')
    const [active, opened] = await Promise.all([
      findActive(
        db,
        events.map(({ data }) => data.after.id),
      ),
      findOpened(
        db,
        downs.map(({ data, sequence }) => ({ schedulerId: data.after.id, version: sequence })),
      ),
    ])
    const fresh = downs.filter(({ data, sequence }) => !opened.has(openingText({ schedulerId: data.after.id, version: sequence })))
    const asked = new Map(fresh.map((event) => [event, askedOf(event)]))
    // One whose end has not been heard of ends before the next begins.
    const outlived = active.filter((row) => fresh.some((event) => isOf(row, event)))
    const circumstances = await findCircumstances(db, [...asked.values(), ...outlived.map(askAgain)])
    return events.map((event): Decided<IncidentRow | undefined> => {
      const before = active.find((row) => isOf(row, event))
      if (event.type !== 'scheduler.down') {
        const end: End = { at: new Date(event.data.instant), how: RESOLUTION_OF[event.type] }
        return before === undefined ? { output: undefined } : written(resolve({ row: before, changes: [] }, end), before, event)
      }
      const one = asked.get(event)
      if (one === undefined) return { output: undefined }
      const { end, suppression } = circumstances(one)
      const course = open(downtimeOf(event), suppression)
      const whole = end === undefined ? course : resolve(course, end)
      const decided = written(whole, undefined, event)
      if (before === undefined) return decided
      const last = circumstances(askAgain(before)).end ?? { at: one.since, how: 'recovered' }
      const ended = written(resolve({ row: before, changes: [] }, last), before, event)
      return { output: whole.row, write: { ...ended.write, inserts: [...ended.write.inserts, ...decided.write.inserts] } }
    })
  },
}

const isOf = (row: IncidentRow, { data, sequence }: FollowedEvent) => row.scheduler_id === data.after.id && row.opened_by_version < sequence

const askedOf = ({ data, sequence }: FollowedEvent): Asked => {
  const since = new Date(data.instant)
  return { schedulerId: data.after.id, version: sequence, since, at: since }
}

const askAgain = ({ scheduler_id, opened_by_version, opened_at }: IncidentRow): Asked => ({
  schedulerId: scheduler_id,
  version: opened_by_version,
  since: opened_at,
  at: opened_at,
})

function downtimeOf({ data, heardAt = new Date(0) }: FollowedEvent): Downtime {
  const { after: scheduler, before, reason = 'signal', error = null, instant, noticedAt = instant } = data
  return {
    scheduler,
    before,
    reason,
    error,
    at: new Date(instant),
    noticedAt: new Date(Math.max(Date.parse(noticedAt), heardAt.getTime())),
  }
}

/** A new row has no `before`; what becomes of it in the same course is in it. */
function written({ row, changes }: Course, before: IncidentRow | undefined, { traceparent }: FollowedEvent) {
  const inserts: Insert[] = changes.flatMap((change) => recordOf(change, traceparent))
  if (before === undefined) return { output: row, write: { inserts: [{ table: 'incidents' as const, row }, ...inserts] } }
  return { output: row, write: { update: updateOf(before, row), inserts } }
}
