import { changeSettings, openSettings, type StoredSettings } from '@lifeline/backbone/channels/settings'
import type { ChannelTypeName } from '@lifeline/backbone/db/channels/channel'
import { makeSecrets } from '@lifeline/backbone/process/secrets'
import t from 'tap'

const secrets = makeSecrets('a secret of tests, for nothing that lasts')
const NOON = new Date('2026-03-02T12:00:00.000Z')
const change = (type: ChannelTypeName, input: object, before?: StoredSettings) =>
  changeSettings(type, input as Record<string, unknown>, { before, secrets, machineNow: NOON }) as StoredSettings
const shown = (stored: StoredSettings) => JSON.parse(stored.settings)

const HOOK = 'https://hooks.slack.com/services/T00000000/B00000000/0123456789abcdef'
const BOT = { botToken: 'xoxb-0123456789-abcdefgh', channelId: 'C0123456789' }

t.test('a channel of Slack has a webhook or a bot, and one may become the other', async (t) => {
  const hook = change('slack', { url: HOOK })
  t.strictSame(shown(hook), { url: 'https://hooks.slack.com/…cdef' })
  const bot = change('slack', BOT, hook)
  t.strictSame(shown(bot), { botToken: '…efgh', channelId: 'C0123456789', apiUrl: 'https://slack.com/api' })
  t.strictSame(openSettings(change('slack', { channelId: 'C9876543210' }, bot), secrets), {
    ...BOT,
    channelId: 'C9876543210',
    apiUrl: 'https://slack.com/api',
  })
  t.strictSame(openSettings(change('slack', { url: HOOK }, bot), secrets), { url: HOOK })
})

const REFUSED: [ChannelTypeName, object, field: string, detail: RegExp][] = [
  ['slack', {}, 'url', /url, or botToken and channelId/],
  ['slack', { channelId: 'C0123456789' }, 'botToken', /is required/],
  ['slack', { botToken: BOT.botToken }, 'channelId', /is required/],
  ['slack', { url: HOOK, ...BOT }, 'botToken', /goes without url/],
  ['slack', { url: HOOK, secret: 'x' }, 'secret', /a channel of type slack has; it has url, botToken/],
  ['webhook', {}, 'url', /is required/],
  ['webhook', { url: 'ftp://example.org' }, 'url', /must be a URL/],
  ['webhook', { url: 'nothing' }, 'url', /must be a URL/],
  ['webhook', { url: 'https://ann:secret@example.org' }, 'url', /no user/],
  ['webhook', { url: 'https://example.org', secret: `whsec_${Buffer.alloc(23).toString('base64')}` }, 'secret', /24 to 64 bytes/],
  ['opsgenie', {}, 'apiKey', /is required/],
  ['email', {}, 'addresses', /is required/],
]

t.test('settings that cannot be are refused by the name of a field', async (t) => {
  for (const [type, input, field, message] of REFUSED)
    t.throws(() => change(type, input), { name: 'SettingsError', field, message }, `${type} ${JSON.stringify(input)}`)
})

t.test('a webhook gets a secret; another one leaves the old one in use for a day', async (t) => {
  const first = change('webhook', { url: 'https://example.org/hooks/0123456789abcdef' })
  t.strictSame(shown(first), { url: 'https://example.org/…cdef' })
  const { secret } = openSettings(first, secrets) as { secret: string }
  t.match(secret, /^whsec_[A-Za-z0-9+/]{43}=$/)
  const next = `whsec_${Buffer.alloc(24, 7).toString('base64')}`
  const second = change('webhook', { secret: next }, first)
  t.match(openSettings(second, secrets), { secret: next, previous: secret, previousUntil: '2026-03-03T12:00:00.000Z' })
  t.strictSame(shown(second), { url: 'https://example.org/…cdef', previousSecretUntil: '2026-03-03T12:00:00.000Z' })
  t.match(openSettings(change('webhook', { url: 'https://example.org/b' }, second), secrets), { secret: next, previous: secret })
})

t.test('what is the same is no change', async (t) => {
  const stored = change('email', { addresses: ['Ann@example.org', 'ann@example.org'] })
  t.strictSame(shown(stored), { addresses: ['ann@example.org'] })
  t.equal(change('email', { addresses: ['ANN@example.org'] }, stored), undefined)
  t.equal(change('opsgenie', {}, change('opsgenie', { apiKey: '0123456789' })), undefined)
  t.strictSame(shown(change('opsgenie', { apiKey: '0123456789', apiUrl: 'https://api.eu.opsgenie.com/' })), {
    apiKey: '…',
    apiUrl: 'https://api.eu.opsgenie.com',
  })
})
