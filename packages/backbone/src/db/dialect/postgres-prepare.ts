import type pg from 'pg'
import { ONE_PLAN } from './one-plan.ts'

/** A connection keeps the plan of each: more than these would be a sign that their texts are not the same after all. */
const MOST = 200

/** Texts of the statements that are prepared, with their names. */
const names = new Map<string, string>()

/** From now on PostgreSQL plans this text once a connection: for a statement that is sent all the time, that is as much as running it. */
export function prepare(text: string): string | undefined {
  if (names.size >= MOST) return undefined
  const name = `lifeline_${names.size + 1}`
  names.set(text, name)
  return name
}

/** A list that travels as one array leaves the text as it is, however long it is; such statements are prepared by themselves. */
const isWorthIt = (text: string) => text.includes('= any($') || text.endsWith(ONE_PLAN)

const nameOf = (text: string) => names.get(text) ?? (isWorthIt(text) ? prepare(text) : undefined)

/** Kysely sends every statement without a name, which has PostgreSQL plan it anew each time. */
export function usePrepared(client: pg.PoolClient): void {
  const query = client.query.bind(client) as (...args: unknown[]) => unknown
  client.query = ((text: unknown, values: unknown, ...rest: unknown[]) => {
    const name = typeof text === 'string' ? nameOf(text) : undefined
    return name === undefined ? query(text, values, ...rest) : query({ name, text, values })
  }) as typeof client.query
}
