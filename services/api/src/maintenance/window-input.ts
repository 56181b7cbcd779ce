import type { WindowTimes } from '@lifeline/backbone/db/maintenance/decide'
import type { WindowRow } from '@lifeline/backbone/db/maintenance/window'
import Type, { type Static } from 'typebox'
import { text } from '../fields.ts'
import { INSTANT } from '../formats.ts'
import { invalid } from '../problem.ts'
import { checkSchedule, cronField, zoneField } from '../schedule-checks.ts'

const instant = (meaning: string) => Type.Optional(Type.String({ format: 'date-time', description: `${INSTANT}: ${meaning}` }))
const YEAR = 365 * 86_400

const Times = {
  startsAt: instant('when it begins'),
  endsAt: instant('when it ends'),
  cron: Type.Optional(cronField(': when it begins each time, instead of startsAt')),
  timeZone: Type.Optional(zoneField('UTC')),
  durationSeconds: Type.Optional(
    Type.Integer({ minimum: 1, maximum: YEAR, description: `a whole number from 1 to ${YEAR}: how long it is each time, with cron` }),
  ),
}
const object = { additionalProperties: false, description: 'a JSON object' }

export const NewWindowBody = Type.Object(
  {
    name: text(200),
    schedulerId: Type.Optional(Type.String({ format: 'uuid', description: 'the id of the scheduler that it is for (a UUID)' })),
    tag: Type.Optional(text(50)),
    ...Times,
  },
  object,
)
export const EditWindowBody = Type.Object({ name: Type.Optional(text(200)), ...Times }, { ...object, minProperties: 1 })
type Input = Static<typeof EditWindowBody>

export const WindowParams = Type.Object({ id: Type.String({ format: 'uuid', description: 'the id of a maintenance window (a UUID)' }) })

const refuse = (field: string, detail: string) => invalid([{ in: 'body', pointer: `/${field}`, detail }])

const isTimed = ({ startsAt, endsAt, cron, timeZone, durationSeconds }: Input) =>
  [startsAt, endsAt, cron, timeZone, durationSeconds].some((value) => value !== undefined)

/** When a new window is. Throws when that is not said, or said twice, or makes no sense. */
export function toTimes(input: Input, now: Date): WindowTimes {
  const { startsAt, endsAt, cron, timeZone = 'UTC', durationSeconds } = input
  if (cron === undefined) {
    for (const field of ['timeZone', 'durationSeconds'] as const) if (input[field] !== undefined) throw refuse(field, 'goes with cron')
    if (startsAt === undefined) throw refuse('startsAt', 'is required, with endsAt; or cron, with durationSeconds')
    if (endsAt === undefined) throw refuse('endsAt', 'is required: a window has an end')
    return between(new Date(startsAt), new Date(endsAt), now)
  }
  for (const field of ['startsAt', 'endsAt'] as const) if (input[field] !== undefined) throw refuse(field, 'goes without cron')
  if (durationSeconds === undefined) throw refuse('durationSeconds', 'is required with cron: a window has an end')
  checkSchedule({ cron, timeZone })
  return { cron, timeZone, durationSeconds }
}

function between(startsAt: Date, endsAt: Date, now: Date): WindowTimes {
  if (endsAt <= startsAt) throw refuse('endsAt', 'must be later than startsAt')
  if (endsAt <= now) throw refuse('endsAt', 'must be an instant that has not passed yet')
  return { startsAt, endsAt }
}

/** When an edited window is: what is absent stays, unless it comes another way than before. Undefined when nothing is said of it. */
export function editedTimes(input: Input, row: WindowRow, now: Date): WindowTimes | undefined {
  if (!isTimed(input)) return undefined
  const staysRecurring = row.cron !== null && input.startsAt === undefined && input.endsAt === undefined
  const present = staysRecurring
    ? { cron: row.cron ?? '', timeZone: row.time_zone ?? 'UTC', durationSeconds: row.duration_seconds ?? 0 }
    : row.cron === null && input.cron === undefined
      ? { startsAt: row.starts_at.toISOString(), endsAt: row.ends_at.toISOString() }
      : {}
  return toTimes({ ...present, ...input }, now)
}
