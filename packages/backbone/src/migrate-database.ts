import { migrate } from './db/migrate.ts'
import { openDatabase } from './db/open.ts'
import { CommandConfig, readConfig } from './process/read-config.ts'
import { runProcess } from './process/run-process.ts'

// npm run migrate: applies what is missing of sql/ to DATABASE_URL, and ends.
await runProcess('migrate', async ({ log, env, atEnd, end }) => {
  const { DATABASE_URL } = readConfig(CommandConfig, env)
  const db = await openDatabase(DATABASE_URL)
  atEnd(() => db.destroy())
  const applied = await migrate(db)
  log.info({ applied }, applied.length === 0 ? 'ready: the schema was up to date' : `ready: applied ${applied.join(', ')}`)
  end('done')
})
