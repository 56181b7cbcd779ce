import type { TSchema } from 'typebox'

/** Settings that a channel cannot have. `detail` completes a sentence that begins with the field. */
export class SettingsError extends Error {
  override name = 'SettingsError'
  readonly field: string
  constructor(field: string, detail: string) {
    super(detail)
    this.field = field
  }
}

/**
 * A sort of channel, as far as its settings go; the notifier has a sender for each (services/notifier/src/senders/).
 * Settings are stored sealed as a whole; what `show` answers is stored beside them for everybody to read.
 */
export interface ChannelType<Settings extends object = object> {
  /** What a client may set, each optional. */
  fields: Record<string, TSchema>
  /** The settings that `input` makes of those before it (undefined: a new channel). Throws SettingsError. */
  merge(input: Readonly<Record<string, unknown>>, before: Settings | undefined, machineNow: Date): Settings
  /** What may be seen of them: of a secret its last four characters at most. */
  show(settings: Settings): Record<string, unknown>
}

/** The last four characters of a secret that is long enough to lose them. */
export const hint = (secret: string) => `…${secret.length >= 16 ? secret.slice(-4) : ''}`

/** Of a URL whose path may be a secret. */
export function urlHint(url: string): string {
  const { origin } = new URL(url)
  return `${origin}/${hint(url.slice(origin.length))}`
}

/** A URL as it is stored. Throws SettingsError when it is none that can be posted to. */
export function readUrl(field: string, value: unknown): string {
  const url = URL.parse(String(value))
  if (url === null || !/^https?:$/.test(url.protocol)) throw new SettingsError(field, 'must be a URL like https://example.org/hook')
  if (url.username !== '' || url.password !== '') throw new SettingsError(field, 'must have no user and no password in it')
  url.hash = ''
  return url.href
}
