import type { Dialect } from 'kysely'

/** The connections of a pool, and the callers that wait for one. */
export interface PoolCounts {
  used: number
  idle: number
  waiting: number
}

export interface PooledDialect extends Dialect {
  poolCounts(): PoolCounts
}
