/**
 * A statement that Oracle 19c does not have, or would take for something else. It is thrown while the statement is
 * compiled, so that any test which only builds the query finds it. Always a defect of the query, never of its data.
 */
export class UnsupportedOnOracleError extends Error {
  override name = 'UnsupportedOnOracleError'
  /** What the query asked for, in SQL's own words. */
  readonly construct: string
  /** What Oracle would have answered, `ORA-…`; undefined where it would have done something else without a word. */
  readonly oracleError: string | undefined
  constructor(construct: string, oracleError: string | undefined, instead: string) {
    super(`${construct} does not work on Oracle 19c${oracleError === undefined ? '' : ` (${oracleError})`}: ${instead}.`)
    this.construct = construct
    this.oracleError = oracleError
  }
}

export function unsupported(construct: string, oracleError: string | undefined, instead: string): never {
  throw new UnsupportedOnOracleError(construct, oracleError, instead)
}
