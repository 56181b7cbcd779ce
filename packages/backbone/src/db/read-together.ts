import DataLoader from 'dataloader'
import type { Db } from './schema.ts'
import { reading } from './transaction.ts'

/** Keys in one statement, at most. */
const MOST = 200

/**
 * Makes a read of one by key out of a read of many: whatever is asked for in one turn of the event loop shares a statement,
 * as writes share a transaction. Nothing is remembered, so that every answer was read after it was asked for; alone, a
 * read is as quick as before. Answers undefined for a key that `readMany` leaves out; throws what it throws, to all.
 */
export function readTogether<Row>(readMany: (db: Db, keys: readonly string[]) => Promise<ReadonlyMap<string, Row>>) {
  const loaders = new WeakMap<Db, DataLoader<string, Row | undefined>>()
  const makeLoader = (db: Db) =>
    new DataLoader<string, Row | undefined>(
      async (keys) => {
        const found = await reading(() => readMany(db, [...new Set(keys)]))
        return keys.map((key) => found.get(key))
      },
      { cache: false, maxBatchSize: MOST, batchScheduleFn: (start) => void setImmediate(start) },
    )
  return (db: Db, key: string): Promise<Row | undefined> => {
    const loader = loaders.get(db) ?? makeLoader(db)
    loaders.set(db, loader)
    return loader.load(key)
  }
}
