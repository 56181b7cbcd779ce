import { HttpConfig, httpSettings } from '@lifeline/api/http-settings'
import { readConfig } from '@lifeline/backbone/process/read-config'
import t from 'tap'
import Type from 'typebox'

const read = (env: Record<string, string>) => httpSettings(readConfig(Type.Object(HttpConfig), env))

t.test('without variables: the limits of the documentation, no proxies and no other origins', async (t) => {
  const defaults = { requestsPerMinute: 100, authRequestsPerMinute: 10, trustProxy: 0, corsOrigins: [], maxEventLoopDelayMs: 1_000 }
  t.strictSame(read({}), defaults)
  t.strictSame(httpSettings({}), defaults)
})

t.test('lists are written with commas', async (t) => {
  const env = { TRUST_PROXY: '10.0.0.0/8, ::1', CORS_ORIGINS: 'https://a.example,http://localhost:5173' }
  t.match(read(env), { trustProxy: ['10.0.0.0/8', '::1'], corsOrigins: ['https://a.example', 'http://localhost:5173'] })
  t.match(read({ TRUST_PROXY: '2' }), { trustProxy: 2 })
})

t.test('what cannot be meant stops the start, and the variable is named', async (t) => {
  const bad: Record<string, readonly string[]> = {
    RATE_LIMIT: ['0', '-1', '1.5', 'many', '1000001'],
    AUTH_RATE_LIMIT: ['0', 'x'],
    TRUST_PROXY: ['true', 'loopback', '10.0.0.0/33', '10.0.0.0/0', '::/0', '::1/129', '10.0.0', '1.2.3.4,,5.6.7.8', '300.1.1.1'],
    CORS_ORIGINS: [
      '*',
      'https://*.example.org',
      'app.example.org',
      'https://a.example/',
      'https://a.example/x',
      'https://a.example;https://b.example',
    ],
    MAX_EVENT_LOOP_DELAY_MS: ['0', '1s'],
  }
  for (const [name, values] of Object.entries(bad)) {
    for (const value of values)
      t.throws(() => read({ [name]: value }), { name: 'ConfigError', message: new RegExp(name) }, `${name}=${value}`)
  }
})
