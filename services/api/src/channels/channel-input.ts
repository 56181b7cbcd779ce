import { topicMatches } from '@lifeline/backbone/broker/topic-matches'
import { SettingsError } from '@lifeline/backbone/channels/channel-type'
import { SETTINGS_FIELDS } from '@lifeline/backbone/channels/settings'
import { CHANNEL_TYPES } from '@lifeline/backbone/db/channels/channel'
import { EVENT_SCHEMAS } from '@lifeline/backbone/kinds'
import Type, { type Static } from 'typebox'
import { invalid } from '../problem.ts'
import { ChannelName } from './channel-names.ts'

const TypeName = Type.Enum(CHANNEL_TYPES, { description: `one of ${CHANNEL_TYPES.join(', ')}` })

const Events = Type.Unsafe<string[] | null>({
  type: ['array', 'null'],
  items: {
    type: 'string',
    maxLength: 80,
    pattern: '^([a-z]+|\\*|#)(\\.([a-z]+|\\*|#))*$',
    description: 'a pattern of event types, like task.deadline.passed, task.* or task.# (* is one word, # any number of them)',
  },
  minItems: 1,
  maxItems: 20,
  description: 'a list of 1 to 20 patterns of event types, or null',
})

const Settings = Type.Unsafe<Record<string, unknown>>(
  Type.Object(Object.fromEntries(Object.entries(SETTINGS_FIELDS).map(([name, field]) => [name, Type.Optional(field)])), {
    additionalProperties: false,
    description: 'an object: url, or botToken and channelId (slack); url (webhook); apiKey (opsgenie); addresses (email)',
  }),
)

const body = { additionalProperties: false, description: 'a JSON object' }
export const NewChannelBody = Type.Object({ name: ChannelName, type: TypeName, settings: Settings, events: Type.Optional(Events) }, body)
export const EditBody = Type.Object(
  { name: Type.Optional(ChannelName), settings: Type.Optional(Settings), events: Type.Optional(Events) },
  { ...body, minProperties: 1 },
)
export type EditBody = Static<typeof EditBody>

export const ChannelParams = Type.Object({ id: Type.String({ format: 'uuid', description: 'the id of a channel (a UUID)' }) })

const TYPES = Object.keys(EVENT_SCHEMAS)

/** Patterns as they are stored. One that no event can match is a mistake, and whoever made it would wait for ever. */
export function readEvents(patterns: readonly string[] | null): string[] | null {
  if (patterns === null) return null
  const errors = patterns.flatMap((pattern, i) =>
    TYPES.some((type) => topicMatches(pattern, type))
      ? []
      : [{ in: 'body' as const, pointer: `/events/${i}`, detail: `matches no event; there are ${TYPES.join(', ')}` }],
  )
  if (errors.length > 0) throw invalid(errors)
  return [...new Set(patterns)]
}

/** Does what reads settings, and says what is wrong with them as of any field. */
export function readingSettings<T>(read: () => T): T {
  try {
    return read()
  } catch (error) {
    throw settingsRefusal(error)
  }
}

/** An error of settings as the client is told of it; any other as it is. */
export function settingsRefusal(error: unknown): unknown {
  if (!(error instanceof SettingsError)) return error
  return invalid([{ in: 'body', pointer: `/settings/${error.field}`, detail: error.message }])
}
