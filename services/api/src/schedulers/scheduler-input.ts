import { contentRulesText, MOST_RULES, OTHERWISE } from '@lifeline/backbone/db/schedulers/content-rules'
import type { SchedulerEdit } from '@lifeline/backbone/db/schedulers/edits'
import type { FastifyReply, FastifyRequest } from 'fastify'
import Type, { type Static } from 'typebox'
import { ChannelNames, channelNamesErrors } from '../channels/channel-names.ts'
import { clearable, text } from '../fields.ts'
import { INSTANT } from '../formats.ts'
import { type FieldError, invalid } from '../problem.ts'
import { cronField, scheduleErrors, zoneField } from '../schedule-checks.ts'

const YEAR_SECONDS = 365 * 86_400

const seconds = (minimum: number, meaning: string) =>
  Type.Integer({ minimum, maximum: YEAR_SECONDS, description: `a whole number of seconds from ${minimum} to ${YEAR_SECONDS} (${meaning})` })
const count = (meaning: string) => Type.Integer({ minimum: 1, maximum: 100, description: `a whole number from 1 to 100 (${meaning})` })

const words = (meaning: string) =>
  Type.Optional(Type.Array(text(50), { maxItems: 10, description: `a list of at most 10 words of 1 to 50 characters (${meaning})` }))
const ContentRules = Type.Object(
  {
    failure: words('a body with one of them is a failure'),
    success: words('else, with one of these, a success'),
    start: words('else, with one of these, a start'),
    otherwise: Type.Optional(
      Type.Enum([...OTHERWISE], { description: `one of ${OTHERWISE.join(', ')} (with none of the words; success unless given)` }),
    ),
  },
  {
    additionalProperties: false,
    description: 'an object of failure, success, start and otherwise: what the body of a ping says whose path says nothing',
  },
)

const Name = text(200)
/** What may be set beside the name. */
export const FIELDS = {
  periodSeconds: Type.Optional(seconds(1, 'how often it reports; instead of cron')),
  cron: Type.Optional(cronField('; instead of periodSeconds')),
  timeZone: Type.Optional(zoneField('UTC')),
  graceSeconds: Type.Optional(
    seconds(0, 'how much later than expected it may succeed; a fifth of the period, and 60 at least, unless given'),
  ),
  startGraceSeconds: clearable(seconds(0, 'how much later than expected it may start')),
  maxRuntimeSeconds: clearable(seconds(1, 'how long a run may last; as long as the grace, and 60 at least, unless given')),
  failureTolerance: Type.Optional(count('so many failures one after the other are Down; 1 unless given')),
  recoveryThreshold: Type.Optional(count('so many successes one after the other end Down; 1 unless given')),
  warnWhenLate: Type.Optional(Type.Boolean({ description: 'true or false' })),
  tags: clearable(Type.Array(text(50), { maxItems: 20, description: 'a list of at most 20 tags' })),
  channels: ChannelNames,
  remindEverySeconds: clearable(seconds(60, 'how often people are reminded while it is Down; 3600 unless given, null for never')),
  escalateAfterSeconds: clearable(
    seconds(60, 'how long after it went Down escalateChannels are told, unless somebody has acknowledged it'),
  ),
  escalateChannels: ChannelNames,
  contentRules: clearable(ContentRules),
  minRuntimeSeconds: clearable(seconds(1, 'a success that took less, by its start, is an anomaly')),
  maxRunsPerPeriod: clearable(
    Type.Integer({
      minimum: 1,
      maximum: 10_000,
      description: 'a whole number from 1 to 10000 (more successes from one expectation to the next are an anomaly)',
    }),
  ),
  anomalyIsFailure: Type.Optional(Type.Boolean({ description: 'true (an anomaly is a failure) or false (it is only told; unless given)' })),
  dependsOn: clearable(
    Type.Array(Type.String({ format: 'uuid', description: 'the id of a scheduler (a UUID)' }), {
      maxItems: 50,
      description: 'a list of at most 50 ids of schedulers',
    }),
  ),
}

export const RegisterBody = Type.Object(
  { name: Name, ...FIELDS },
  {
    additionalProperties: false,
    description: 'a JSON object',
    examples: [{ name: 'nightly-backup', cron: '0 2 * * *', timeZone: 'Asia/Jakarta', graceSeconds: 1_800, tags: ['backup'] }],
  },
)

export const EditBody = Type.Object(
  { name: Type.Optional(Name), ...FIELDS },
  { additionalProperties: false, minProperties: 1, description: 'a JSON object' },
)

/** For `preValidation` where every field of a body may be absent: then it may be absent too. */
export function bodyOrNothing(request: FastifyRequest, _: FastifyReply, done: () => void): void {
  request.body ??= {}
  done()
}

export const PauseBody = Type.Object(
  {
    until: clearable(Type.String({ format: 'date-time', description: `${INSTANT}: when it resumes by itself` })),
    sticky: Type.Optional(Type.Boolean({ description: 'true (what it reports does not end the pause) or false' })),
  },
  { additionalProperties: false, description: 'a JSON object' },
)

export const SchedulerParams = Type.Object({ id: Type.String({ format: 'uuid', description: 'the id of a scheduler (a UUID)' }) })

/** What a body sets. Throws for what a schema cannot say: a bad cron expression, a zone that is none, two schedules at once, lists that are too long as they are stored. */
export function toEdit({ tags, channels, escalateChannels, dependsOn, ...rest }: Static<typeof EditBody>): SchedulerEdit {
  const errors = [
    ...twoSchedules(rest),
    ...scheduleErrors(rest),
    ...contentRuleErrors(rest),
    ...runtimeErrors(rest),
    ...channelNamesErrors('channels', channels),
    ...channelNamesErrors('escalateChannels', escalateChannels),
  ]
  if (errors.length > 0) throw invalid(errors)
  return {
    ...rest,
    // A list is emptied by null.
    ...(tags === undefined ? {} : { tags: tags ?? [] }),
    ...(channels === undefined ? {} : { channels: channels ?? [] }),
    ...(escalateChannels === undefined ? {} : { escalateChannels: escalateChannels ?? [] }),
    ...(dependsOn === undefined ? {} : { dependsOn: [...new Set((dependsOn ?? []).map((id) => id.toLowerCase()))] }),
  }
}

function twoSchedules({ periodSeconds, cron }: SchedulerEdit): FieldError[] {
  if (cron === undefined || periodSeconds === undefined) return []
  return [{ in: 'body', pointer: '/cron', detail: 'goes without periodSeconds: a scheduler has one schedule' }]
}

function runtimeErrors({ minRuntimeSeconds: min, maxRuntimeSeconds: max }: SchedulerEdit): FieldError[] {
  if (min == null || max == null || min <= max) return []
  return [{ in: 'body', pointer: '/minRuntimeSeconds', detail: `must be at most maxRuntimeSeconds, which is ${max}` }]
}

/** Thirty words of fifty letters fit; of letters that take more bytes not as many. */
function contentRuleErrors({ contentRules }: SchedulerEdit): FieldError[] {
  const bytes = Buffer.byteLength(contentRulesText(contentRules ?? {}) ?? '')
  if (bytes <= MOST_RULES) return []
  return [{ in: 'body', pointer: '/contentRules', detail: `must take at most ${MOST_RULES} bytes as JSON in UTF-8; it takes ${bytes}` }]
}
