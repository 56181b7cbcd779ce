import { migrate } from '@lifeline/backbone/db/migrate'
import { openDatabase } from '@lifeline/backbone/db/open'

/** Migrates the empty schema behind an Oracle URL. */
export async function makeMigrated(url: string): Promise<void> {
  const db = await openDatabase(url, { connections: 2 })
  try {
    await migrate(db)
  } finally {
    await db.destroy()
  }
}
