import { OracleQueryCompiler } from '@lifeline/backbone/db/dialect/oracle/compile'
import { oracleDialect } from '@lifeline/backbone/db/dialect/oracle/open'
import type { Schema } from '@lifeline/backbone/db/schema'
import { type Compilable, type CompiledQuery, createQueryId, Kysely, type RawBuilder } from 'kysely'

/** Compiles for Oracle; there is no server, so nothing can be executed. */
export const oracle = new Kysely<Schema>({
  dialect: oracleDialect('oracle://user:password@nowhere.invalid:1521/service', { connections: 1, onError() {} }),
})

export const NOON = new Date('2026-03-02T12:00:00.000Z')

/** The SQL of a query. */
export function sqlOf(query: Compilable | RawBuilder<unknown>): string {
  return compiled(query).sql
}

export function compiled(query: Compilable | RawBuilder<unknown>): CompiledQuery {
  const node = 'isRawBuilder' in query ? query.toOperationNode() : undefined
  return node === undefined ? (query as Compilable).compile() : new OracleQueryCompiler().compileQuery(node as never, createQueryId())
}
