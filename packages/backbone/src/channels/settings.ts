import { CHANNEL_TYPES, type ChannelTypeName } from '../db/channels/channel.ts'
import type { Secrets } from '../process/secrets.ts'
import { type ChannelType, SettingsError } from './channel-type.ts'
import { email } from './email.ts'
import { opsgenie } from './opsgenie.ts'
import { slack } from './slack.ts'
import { webhook } from './webhook.ts'

/** What each type of channel can be set to. The notifier has a sender for each. */
// biome-ignore lint/suspicious/noExplicitAny: the settings of a type are its own; they leave it sealed only.
const TYPES: Record<ChannelTypeName, ChannelType<any>> = { slack, webhook, opsgenie, email }

/** All that can be set, of whatever type: names mean the same in all of them. */
export const SETTINGS_FIELDS = Object.assign({}, ...CHANNEL_TYPES.map((type) => TYPES[type].fields)) as ChannelType['fields']

/** The settings of a channel as its row has them. */
export interface StoredSettings {
  /** JSON for everybody to see. */
  settings: string
  /** All of them, sealed. */
  sealed: string
}

const PURPOSE = 'channels'

/**
 * What `input` makes of the settings of a channel (`before` undefined: of a new one); undefined when nothing is different.
 * Throws SettingsError.
 */
export function changeSettings(
  type: ChannelTypeName,
  input: Readonly<Record<string, unknown>>,
  { before, secrets, machineNow }: { before?: StoredSettings | undefined; secrets: Secrets; machineNow: Date },
): StoredSettings | undefined {
  const { fields, merge, show } = TYPES[type]
  const foreign = Object.keys(input).find((field) => input[field] !== undefined && !(field in fields))
  if (foreign !== undefined)
    throw new SettingsError(foreign, `is nothing that a channel of type ${type} has; it has ${Object.keys(fields).join(', ')}`)
  const old = before && openSettings(before, secrets)
  const text = JSON.stringify(merge(input, old, machineNow))
  if (text === JSON.stringify(old)) return undefined
  return { settings: JSON.stringify(show(JSON.parse(text))), sealed: secrets.seal(PURPOSE, text) }
}

/** All settings of a channel. Throws when they were sealed with another secret. */
export function openSettings(stored: Pick<StoredSettings, 'sealed'>, secrets: Pick<Secrets, 'open'>): object {
  return JSON.parse(secrets.open(PURPOSE, stored.sealed))
}
