import { changeSettings, type StoredSettings } from '@lifeline/backbone/channels/settings'
import { addChannel } from '@lifeline/backbone/db/channels/add-channel'
import type { ChannelRow, ChannelTypeName } from '@lifeline/backbone/db/channels/channel'
import { commitOne } from '@lifeline/backbone/db/commit'
import type { Db } from '@lifeline/backbone/db/schema'
import { makeSecrets, type Secrets } from '@lifeline/backbone/process/secrets'

export interface GivenChannel {
  name?: string
  type?: ChannelTypeName
  events?: readonly string[] | null
  settings?: Record<string, unknown>
  actor?: string
  secrets?: Secrets
  now?: Date
}

const SECRETS = makeSecrets('a secret of tests, for nothing that lasts')
const SAMPLES: Record<ChannelTypeName, Record<string, unknown>> = {
  slack: { url: 'https://hooks.slack.com/services/T00000000/B00000000/XXXXXXXXXXXXXXXXXXXXXXXX' },
  webhook: { url: 'https://example.org/hook' },
  opsgenie: { apiKey: '00000000-0000-4000-8000-000000000000' },
  email: { addresses: ['duty@example.org', 'night@example.org'] },
}
let channels = 0

/** A channel, Active, which hears of nothing unless it is named. */
export async function givenChannel(db: Db, channel: GivenChannel = {}): Promise<ChannelRow> {
  const { type = 'webhook', name = `Channel ${++channels}`, events = null, settings = SAMPLES[type] } = channel
  const { actor = 'mailto:ann@example.org', secrets = SECRETS, now = new Date() } = channel
  const stored = changeSettings(type, settings, { secrets, machineNow: new Date() }) as StoredSettings
  return await commitOne(db, addChannel, { name, type, events, ...stored, actor, now })
}
