import Type from 'typebox'
import { openDatabase } from './db/open.ts'
import { CommonConfig, readConfig } from './process/read-config.ts'
import { runProcess } from './process/run-process.ts'
import { makeSecrets, SecretConfig } from './process/secrets.ts'
import { rotateSigningKey } from './signing-keys.ts'

const Config = Type.Object({ DATABASE_URL: CommonConfig.DATABASE_URL, ...SecretConfig })

// npm run rotate: makes a new key that access tokens are signed with, and ends.
await runProcess('rotate', async ({ log, env, atEnd, end }) => {
  const config = readConfig(Config, env)
  const db = await openDatabase(config.DATABASE_URL)
  atEnd(() => db.destroy())
  const { number, kid } = await rotateSigningKey(db, makeSecrets(config.LIFELINE_SECRET), new Date())
  log.info({ number, kid }, 'ready: this key signs from now on')
  end('done')
})
