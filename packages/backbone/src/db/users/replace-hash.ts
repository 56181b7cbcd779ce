import type { Db } from '../schema.ts'
import { reading } from '../transaction.ts'

/**
 * Stores the same password, hashed anew, unless it was changed meanwhile. Not a change of the user: no version, no log row,
 * no event, and no session ends.
 */
export async function replaceHash(db: Db, userId: string, from: string, to: string): Promise<void> {
  await reading(() =>
    db.updateTable('users').set({ password_hash: to }).where('id', '=', userId).where('password_hash', '=', from).execute(),
  )
}
