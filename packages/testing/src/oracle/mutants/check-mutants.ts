import { openDatabase } from '@lifeline/backbone/db/open'
import type { Db, Schema } from '@lifeline/backbone/db/schema'
import { Kysely } from 'kysely'
import type { TestScope } from '../../test-scope.ts'
import { freshOracleUrl } from '../fresh-schema.ts'
import { checkCompiled } from './compile-checks.ts'
import { brokenPromises } from './contract.ts'
import { loadMutant } from './load-mutant.ts'

export const LAYERS = ['compile', 'gate', 'oracle-h2', 'oracle-pg'] as const
export type Layer = (typeof LAYERS)[number]
/** What each layer says against a dialect. */
export type Findings = Record<Layer, string[]>

/** Lets every layer look at the dialect with this fault, or, with -1, as it is. */
export async function checkMutant(t: TestScope, number: number): Promise<Findings> {
  const { gate, compile } = await onFreshSchema(t, number, 'oracle-h2', async ({ db }) => checkCompiled(db))
  const check = (engine: 'oracle-h2' | 'oracle-pg') => onFreshSchema(t, number, engine, (subject) => brokenPromises(subject, engine))
  return { compile, gate, 'oracle-h2': await check('oracle-h2'), 'oracle-pg': await check('oracle-pg') }
}

type Subject = Parameters<typeof brokenPromises>[0]

async function onFreshSchema<T>(t: TestScope, number: number, engine: 'oracle-h2' | 'oracle-pg', work: (subject: Subject) => Promise<T>) {
  const url = await freshOracleUrl(t, engine)
  const mutant = await loadMutant(number)
  const dialect = mutant.oracleDialect(url, { connections: 2, onError() {} })
  const db: Db = new Kysely<Schema>({ dialect })
  const other = await openDatabase(url, { connections: 2 })
  const connectionsOpen = () => dialect.poolCounts().used + dialect.poolCounts().idle
  try {
    return await work({ db, other, mutant, connectionsOpen })
  } finally {
    await Promise.all([db.destroy(), other.destroy()].map((end) => end.catch(() => {})))
  }
}
