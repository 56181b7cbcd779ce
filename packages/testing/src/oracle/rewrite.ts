import type { BindValue } from './session.ts'

/**
 * A difference between Oracle's SQL and an engine's that would keep a right statement from running there. Each list of
 * them is short on purpose: what is rewritten is not checked by that engine. A test runs each `example` with and
 * without its rewrite, and fails when the engine has come to need it no more.
 */
export interface Rewrite {
  name: string
  /** What the engine does with the statement as it is. */
  why: string
  apply(sql: string, binds: readonly BindValue[]): string
  example: {
    /** Statements in Oracle's SQL that come first. */
    before?: string[]
    sql: string
    binds?: BindValue[]
  }
}

export function rewritten(sql: string, rewrites: readonly Rewrite[], binds: readonly BindValue[]): string {
  return rewrites.reduce((text, rewrite) => rewrite.apply(text, binds), sql)
}
