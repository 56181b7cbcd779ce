import { openDatabase } from './db/open.ts'
import { readConfig } from './process/read-config.ts'
import { RotateConfig } from './process/rotate-config.ts'
import { runProcess } from './process/run-process.ts'
import { makeSecrets } from './process/secrets.ts'
import { rotateSigningKey } from './signing-keys.ts'

// npm run rotate: makes a new key that access tokens are signed with, and ends.
await runProcess('rotate', async ({ log, env, atEnd, end }) => {
  const config = readConfig(RotateConfig, env)
  const db = await openDatabase(config.DATABASE_URL)
  atEnd(() => db.destroy())
  const { number, kid } = await rotateSigningKey(db, makeSecrets(config.LIFELINE_SECRET), new Date())
  log.info({ number, kid }, 'ready: this key signs from now on')
  end('done')
})
