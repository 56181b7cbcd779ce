import { isIP } from 'node:net'
import { ConfigError } from '@lifeline/backbone/process/read-config'
import Type, { type Static } from 'typebox'

const DEFAULTS = { RATE_LIMIT: 100, AUTH_RATE_LIMIT: 10, MAX_EVENT_LOOP_DELAY_MS: 1_000 }

const origin = 'https?://[^\\s,/*]+'

/** The variables of everything that serves the API. */
export const HttpConfig = {
  RATE_LIMIT: Type.Integer({
    minimum: 1,
    maximum: 1_000_000,
    default: DEFAULTS.RATE_LIMIT,
    description: "Requests a minute of one user, through all of the user's keys and tokens.",
  }),
  AUTH_RATE_LIMIT: Type.Integer({
    minimum: 1,
    maximum: 1_000_000,
    default: DEFAULTS.AUTH_RATE_LIMIT,
    description: 'Requests a minute of one address under `/auth`, and failed authentications of one address, before it gets 429.',
  }),
  TRUST_PROXY: Object.assign(
    Type.Optional(
      Type.String({
        pattern: '^(\\d{1,2}|[0-9A-Fa-f:.]+(/\\d{1,3})?( *, *[0-9A-Fa-f:.]+(/\\d{1,3})?)*)$',
        description:
          'Whose `X-Forwarded-For` is believed: how many proxies stand before the API, which no client may get around, or their addresses, like `10.0.0.0/8,::1`.',
      }),
    ),
    { whenUnset: 'nobody' },
  ),
  CORS_ORIGINS: Object.assign(
    Type.Optional(
      Type.String({
        pattern: `^${origin}( *, *${origin})*$`,
        description: 'Origins whose pages may call the API, like `https://app.example.org,http://localhost:5173`.',
      }),
    ),
    { whenUnset: 'none' },
  ),
  MAX_EVENT_LOOP_DELAY_MS: Type.Integer({
    minimum: 10,
    maximum: 60_000,
    default: DEFAULTS.MAX_EVENT_LOOP_DELAY_MS,
    description: 'Beyond this delay of its event loop, on the average of a second, a process answers 503 until it has caught up.',
  }),
}

export type HttpVariables = Readonly<Static<ReturnType<typeof Type.Object<typeof HttpConfig>>>>

/** How the API meets the world. */
export interface HttpSettings {
  /** Of a user. A system key has the number of its row, or none. */
  requestsPerMinute: number
  /** Of an address to /auth, and of failed authentications. */
  authRequestsPerMinute: number
  /** Proxies between us and the clients: how many, or which addresses they have. 0 for none. */
  trustProxy: number | readonly string[]
  corsOrigins: readonly string[]
  maxEventLoopDelayMs: number
}

/** Variables that are absent have their defaults. Throws ConfigError. */
export function httpSettings(config: Partial<HttpVariables>): HttpSettings {
  const { RATE_LIMIT, AUTH_RATE_LIMIT, MAX_EVENT_LOOP_DELAY_MS } = { ...DEFAULTS, ...config }
  return {
    requestsPerMinute: RATE_LIMIT,
    authRequestsPerMinute: AUTH_RATE_LIMIT,
    trustProxy: proxiesOf(config.TRUST_PROXY ?? '0'),
    corsOrigins: listOf(config.CORS_ORIGINS ?? ''),
    maxEventLoopDelayMs: MAX_EVENT_LOOP_DELAY_MS,
  }
}

function proxiesOf(text: string): HttpSettings['trustProxy'] {
  if (/^\d+$/.test(text)) return Number(text)
  const ranges = listOf(text)
  for (const range of ranges) {
    const [address = '', bits] = range.split('/')
    const family = isIP(address)
    if (family === 0) throw new ConfigError(`TRUST_PROXY: ${address} is not an IP address.`)
    const most = family === 4 ? 32 : 128
    // Nobody has all addresses: /0 would believe whatever a client writes.
    if (bits !== undefined && (Number(bits) < 1 || Number(bits) > most))
      throw new ConfigError(`TRUST_PROXY: ${range} must have 1 to ${most} bits behind the slash.`)
  }
  return ranges
}

function listOf(text: string): string[] {
  return text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
}
