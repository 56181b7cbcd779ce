import { readFileSync } from 'node:fs'
import { parseEnv } from 'node:util'
import { ApiConfig } from '@lifeline/api/config'
import { CommandConfig, readConfig } from '@lifeline/backbone/process/read-config'
import { PlainWorkerConfig } from '@lifeline/backbone/run-worker'
import { ClockConfig } from '@lifeline/clock/config'
import { NotifierConfig } from '@lifeline/notifier/config'
import t from 'tap'
import { StandaloneConfig } from '../src/config.ts'
import { ReplayConfig } from '../src/replay/config.ts'

const PROGRAMS = { ApiConfig, PlainWorkerConfig, NotifierConfig, ClockConfig, StandaloneConfig, CommandConfig, ReplayConfig }

/** The file's variables without their `#`, with a value for those that have no default. */
const env = {
  ...parseEnv(readFileSync(new URL('../../../.env.example', import.meta.url), 'utf8').replace(/^#(?=\w+=)/gm, '')),
  DATABASE_URL: 'postgres://localhost/lifeline',
  MAIL_URL: 'smtp://localhost',
  LIFELINE_API_KEY: 'llk_test_0123456789abcdef',
  LIFELINE_SECRET: 'a secret of tests, for nothing that lasts',
}

t.test('one .env with every variable serves every program, and says what they do without it', async (t) => {
  const { DATABASE_URL, MAIL_URL, LIFELINE_API_KEY, LIFELINE_SECRET } = env
  for (const [name, schema] of Object.entries(PROGRAMS)) {
    const bare = readConfig(schema, { DATABASE_URL, MAIL_URL, LIFELINE_API_KEY, LIFELINE_SECRET })
    t.strictSame({ ...readConfig(schema, env) }, { ...bare }, name)
  }
})
