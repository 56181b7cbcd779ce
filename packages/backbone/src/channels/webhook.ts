import { randomBytes } from 'node:crypto'
import Type from 'typebox'
import { type ChannelType, readUrl, SettingsError, urlHint } from './channel-type.ts'

/** `secret` signs; so does `previous` until `previousUntil` (an instant of machine time), so that a receiver can change over. */
export interface WebhookSettings {
  url: string
  secret: string
  previous?: string
  previousUntil?: string
}

/** How long the secret before still signs. */
export const ROTATION_MS = 24 * 3_600_000

/** A secret of Standard Webhooks: `whsec_` and the base64 of 24 to 64 random bytes. */
export const newWebhookSecret = () => `whsec_${randomBytes(32).toString('base64')}`

export const webhook: ChannelType<WebhookSettings> = {
  fields: {
    url: Type.String({ minLength: 1, maxLength: 2_000, writeOnly: true, description: 'a URL that is posted to' }),
    secret: Type.String({
      pattern: '^whsec_[A-Za-z0-9+/]{32,86}={0,2}$',
      writeOnly: true,
      description: 'whsec_ and 24 to 64 random bytes in base64; one is made unless given',
    }),
  },
  merge(input, before, machineNow) {
    const url = input.url === undefined ? before?.url : readUrl('url', input.url)
    if (url === undefined) throw new SettingsError('url', 'is required: a URL that is posted to')
    const secret = (input.secret as string | undefined) ?? before?.secret ?? newWebhookSecret()
    const { length } = Buffer.from(secret.slice('whsec_'.length), 'base64')
    if (length < 24 || length > 64) throw new SettingsError('secret', 'must hold 24 to 64 bytes')
    if (before === undefined) return { url, secret }
    if (secret === before.secret) return { ...before, url }
    return { url, secret, previous: before.secret, previousUntil: new Date(machineNow.getTime() + ROTATION_MS).toISOString() }
  },
  show: ({ url, previousUntil }) => ({ url: urlHint(url), ...(previousUntil && { previousSecretUntil: previousUntil }) }),
}
