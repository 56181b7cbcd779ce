import Type, { type Static } from 'typebox'
import { checkedEvents, schemasByType } from '../outbox/checked-event.ts'
import type { Reason } from './life.ts'
import { SchedulerSchema } from './scheduler.ts'

const REASONS = ['signal', 'missed', 'start_missed', 'timed_out', 'too_fast', 'too_often'] as const satisfies readonly Reason[]

/** `before` holds the fields of the scheduler that were different. A type only ever gains optional fields. */
export const SchedulerEventData = Type.Object(
  {
    before: Type.Optional(Type.Partial(SchedulerSchema)),
    after: SchedulerSchema,
    actor: Type.String(),
    reason: Type.Optional(Type.Enum(REASONS)),
    instant: Type.String({ format: 'date-time', description: 'When it happened: the end of the grace, not when the clock looked.' }),
    noticedAt: Type.Optional(Type.String({ format: 'date-time', description: 'When the clock saw it.' })),
    downtimeSeconds: Type.Optional(Type.Number()),
    durationSeconds: Type.Optional(Type.Number({ description: 'Of a run that was too fast.' })),
    runs: Type.Optional(Type.Integer({ description: 'So many successes were too often.' })),
    error: Type.Optional(Type.String()),
  },
  { additionalProperties: false },
)
export type SchedulerEventData = Static<typeof SchedulerEventData>

/** One change is one event. `cc` are the brief's own words for it. */
export const EVENT_OF = {
  registered: { type: 'scheduler.registered', cc: [] },
  edited: { type: 'scheduler.updated', cc: [] },
  failed: { type: 'scheduler.failed', cc: [] },
  late: { type: 'scheduler.late', cc: [] },
  down: { type: 'scheduler.down', cc: ['status.updated'] },
  recovered: { type: 'scheduler.recovered', cc: ['status.updated'] },
  up: { type: 'scheduler.up', cc: ['status.updated'] },
  paused: { type: 'scheduler.paused', cc: ['status.updated'] },
  resumed: { type: 'scheduler.resumed', cc: ['status.updated'] },
  flapping: { type: 'scheduler.flapping', cc: [] },
  anomaly: { type: 'scheduler.anomaly', cc: [] },
  deleted: { type: 'scheduler.deleted', cc: [] },
} as const satisfies Record<string, { type: string; cc: readonly string[] }>

export type SchedulerAction = keyof typeof EVENT_OF
export type SchedulerEventType = (typeof EVENT_OF)[SchedulerAction]['type']

export const SCHEDULER_EVENTS = schemasByType(
  Object.values(EVENT_OF).map(({ type }) => type),
  SchedulerEventData,
)

/** Throws when the data is not what the schema promises. */
export const writeSchedulerEvent = checkedEvents<SchedulerEventData>(SchedulerEventData)

export function schedulerSubject({ id }: { id: string }): string {
  return `scheduler/${id}`
}
