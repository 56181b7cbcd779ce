import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import Type from 'typebox'
import { CommonConfig, ConfigError, readConfig, SharedConfig } from '../../src/process/read-config.ts'

const schema = Type.Object({
  DATABASE_URL: CommonConfig.DATABASE_URL,
  LOG_LEVEL: CommonConfig.LOG_LEVEL,
  PORT: Type.Integer({ minimum: 0, maximum: 65_535, default: 3_000, description: 'The port.' }),
  QUIET: Type.Boolean({ default: false }),
  OPS_URL: Type.Optional(Type.String({ pattern: '^https?://.*' })),
})
const DATABASE_URL = 'postgres://localhost/lifeline'

t.test('texts become what the schema says, and what is not set its default', async (t) => {
  t.strictSame(
    { ...readConfig(schema, { DATABASE_URL, PORT: '0', QUIET: 'true', OPS_URL: 'http://x', HOME: '/' }) },
    {
      DATABASE_URL,
      LOG_LEVEL: 'info',
      PORT: 0,
      QUIET: true,
      OPS_URL: 'http://x',
    },
  )
  t.strictSame({ ...readConfig(schema, { DATABASE_URL }) }, { DATABASE_URL, LOG_LEVEL: 'info', PORT: 3_000, QUIET: false })
})

t.test('an empty variable counts as not set', async (t) => {
  t.match(readConfig(schema, { DATABASE_URL, PORT: '', LOG_LEVEL: '', QUIET: '' }), { PORT: 3_000, LOG_LEVEL: 'info', QUIET: false })
  t.notOk('OPS_URL' in readConfig(schema, { DATABASE_URL, OPS_URL: '' }))
  t.throws(() => readConfig(schema, { DATABASE_URL: '' }), /^DATABASE_URL is not set\. The database: `postgres:/)
})

t.test('all that is wrong is said at once, a line each, with what is allowed', async (t) => {
  const wrong = { DATABASE_URL: 'mysql://x', LOG_LEVEL: 'loud', PORT: '99999', QUIET: 'perhaps', OPS_URL: 'ftp://x' }
  const error = t.throws(() => readConfig(schema, wrong)) as unknown as ConfigError
  t.type(error, ConfigError)
  const lines = error.message.split('\n')
  t.strictSame(
    lines.map((line) => line.split(' ')[0]),
    ['DATABASE_URL', 'LOG_LEVEL', 'PORT', 'QUIET', 'OPS_URL'],
  )
  t.match(lines[2], /^PORT must be a whole number from 0 to 65535\. The port\.$/)
  t.match(lines[1], /^LOG_LEVEL must be one of trace, debug, .*\. From where on/)
  t.equal(lines[3], 'QUIET must be true or false.')
})

t.test('a number is written in digits', async (t) => {
  for (const PORT of ['80x', '1e3', '0x50', ' 80', '80.5', 'NaN', '-1'])
    t.throws(() => readConfig(schema, { DATABASE_URL, PORT }), /^PORT /, PORT)
})

t.test('a wrong value is not repeated: it may be a secret', async (t) => {
  const error = t.throws(() => readConfig(schema, { DATABASE_URL: 'mysql://ann:hunter2@db' })) as unknown as Error
  t.notMatch(error.message, /hunter2/)
})

t.test('a value may come from a file', async (t) => {
  const folder = t.testdir({ url: `${DATABASE_URL}\n`, empty: '\n' })
  t.match(readConfig(schema, { DATABASE_URL_FILE: join(folder, 'url') }), { DATABASE_URL })
  t.match(readConfig(schema, { DATABASE_URL, DATABASE_URL_FILE: '' }), { DATABASE_URL })
  t.match(readConfig(schema, { DATABASE_URL, PORT_FILE: join(folder, 'empty') }), { PORT: 3_000 })
  writeFileSync(join(folder, 'port'), '8080')
  t.match(readConfig(schema, { DATABASE_URL, PORT_FILE: join(folder, 'port') }), { PORT: 8_080 })
  t.throws(
    () => readConfig(schema, { DATABASE_URL, DATABASE_URL_FILE: join(folder, 'url') }),
    /DATABASE_URL and DATABASE_URL_FILE are both set/,
  )
  t.throws(() => readConfig(schema, { DATABASE_URL_FILE: join(folder, 'absent') }), /^DATABASE_URL_FILE cannot be read: .*ENOENT/)
})

t.test('what was read does not change any more', async (t) => {
  const config = readConfig(schema, { DATABASE_URL }) as { PORT: number }
  t.throws(() => {
    config.PORT = 1
  }, TypeError)
})

t.test('what contradicts another variable is refused, but only when somebody has said it', async (t) => {
  const all = Type.Object(CommonConfig)
  t.match(readConfig(all, { DATABASE_URL, DATABASE_CONNECTIONS: '2' }), { WRITE_TRANSACTIONS: 4 })
  t.match(readConfig(all, { DATABASE_URL, WRITE_TRANSACTIONS: '10' }), { DATABASE_CONNECTIONS: 10 })
  t.throws(
    () => readConfig(all, { DATABASE_URL, WRITE_TRANSACTIONS: '11' }),
    /^WRITE_TRANSACTIONS is 11, more than the 10 connections of DATABASE_CONNECTIONS\./,
  )
})

t.test('a database for one process is refused where there are several', async (t) => {
  t.match(readConfig(Type.Object(CommonConfig), { DATABASE_URL: 'pglite:' }), { DATABASE_URL: 'pglite:' })
  t.throws(
    () => readConfig(Type.Object(SharedConfig), { DATABASE_URL: 'pglite:' }),
    /^DATABASE_URL is pglite:, which only one process can use/,
  )
})

t.test('a LIFELINE_ variable that nobody reads is refused with the others, one of another process is not', async (t) => {
  t.match(readConfig(schema, { DATABASE_URL, LIFELINE_API_KEY: 'x', LIFELINE_SECRET_FILE: '/run/secrets/x', LIFELINE_DATA: '' }), {
    DATABASE_URL,
  })
  t.throws(
    () => readConfig(schema, { LIFELINE_SECRTE: 'hunter2', PORT: 'many' }),
    /^DATABASE_URL is not set[^\n]*\nPORT must be[^\n]*\nLIFELINE_SECRTE is not known here; did you mean LIFELINE_SECRET\?$/,
  )
})
