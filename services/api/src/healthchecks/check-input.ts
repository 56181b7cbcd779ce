import type { SchedulerEdit } from '@lifeline/backbone/db/schedulers/edits'
import Type, { type Static } from 'typebox'
import { text } from '../fields.ts'
import { type FieldError, invalid } from '../problem.ts'
import { FIELDS, toEdit } from '../schedulers/scheduler-input.ts'

const list = (what: string) => Type.Optional(Type.String({ maxLength: 1_000, description: `a string of ${what}` }))

/** healthchecks' names for what a scheduler has; what has no like here is refused, and not silently lost. */
export const CheckBody = Type.Object(
  {
    name: text(200),
    tags: list('tags, separated by blanks'),
    timeout: FIELDS.periodSeconds,
    grace: FIELDS.graceSeconds,
    schedule: FIELDS.cron,
    tz: FIELDS.timeZone,
    channels: list('names of channels, separated by commas'),
    unique: Type.Optional(
      Type.Array(Type.Literal('name', { description: 'name' }), { maxItems: 1, description: '["name"]: the one of that name is edited' }),
    ),
  },
  {
    additionalProperties: false,
    description: 'a JSON object',
    examples: [{ name: 'backups', tags: 'prod www', timeout: 3_600, grace: 60, unique: ['name'] }],
  },
)

/** healthchecks' own, where nothing is given. */
export const DEFAULTS = { timeout: 86_400, grace: 3_600 }
const NAME_OF: Readonly<Record<string, string>> = { '/cron': '/schedule', '/timeZone': '/tz', '/periodSeconds': '/timeout' }

export function toRegistration(body: Static<typeof CheckBody>): SchedulerEdit & { name: string } {
  const { name, tags = '', timeout, grace = DEFAULTS.grace, schedule, tz, channels = '' } = body
  const [tagList, channelList] = [split(tags, /\s+/), split(channels, /\s*,\s*/)]
  if (tagList.length > 20 || tagList.some((tag) => tag.length > 50)) throw wrong('tags', 'must be at most 20 tags of at most 50 characters')
  if (channelList.length > 10 || channelList.some((channel) => channel.length > 100 || channel === '*'))
    throw wrong('channels', 'must be at most 10 names of channels of at most 100 characters; there is no *')
  const timing =
    schedule === undefined
      ? { periodSeconds: timeout ?? DEFAULTS.timeout }
      : { cron: schedule, ...(tz === undefined ? {} : { timeZone: tz }) }
  try {
    return { name, ...toEdit({ ...timing, graceSeconds: grace, tags: tagList, channels: channelList }) }
  } catch (error) {
    throw renamed(error, NAME_OF, 'body')
  }
}

const split = (text: string, at: RegExp) =>
  text
    .trim()
    .split(at)
    .filter((part) => part !== '')
const wrong = (field: string, detail: string) => invalid([{ in: 'body', pointer: `/${field}`, detail }])

/** The same error about the fields as they are called by whoever asked, in the part where they stand. */
export function renamed(error: unknown, names: Readonly<Record<string, string>>, part: FieldError['in']): unknown {
  const { errors } = error as { errors?: readonly FieldError[] }
  return errors === undefined ? error : invalid(errors.map((one) => ({ ...one, in: part, pointer: names[one.pointer] ?? one.pointer })))
}
