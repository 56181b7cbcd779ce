import { OracleError } from '../session.ts'
import type { H2Reply } from './line-client.ts'

type H2Error = NonNullable<H2Reply['error']>

/** The name of a violated key; H2 names the index that it made for the constraint. */
const INDEX = /"?PUBLIC\.(?<index>"*[^\s"(]+"*) ON /

const NAMED = (what: string) => (error: H2Error) =>
  `${what} (LIFELINE.${/: "?"*(?:PUBLIC\.)?"*([^\s":(]+)/.exec(error.message)?.[1] ?? '?'}) violated`

const said = (error: H2Error) => error.message.replace(/; SQL statement:[\s\S]*/, '')

/** By SQLSTATE: Oracle's number for the same trouble, and its words where somebody may read names from them. */
const ERRORS: Record<string, [number, (error: H2Error) => string]> = {
  '23502': [1400, () => 'cannot insert NULL into (column)'],
  '23503': [2292, NAMED('integrity constraint')],
  '23506': [2291, NAMED('integrity constraint')],
  '23513': [2290, NAMED('check constraint')],
  '22001': [12899, () => 'value too large for column'],
  '22003': [1438, () => 'value larger than specified precision allowed for this column'],
  '40001': [60, () => 'deadlock detected while waiting for resource'],
  HYT00: [30006, () => 'resource busy; acquire with WAIT timeout expired'],
  '57014': [1013, () => 'user requested cancel of current operation.'],
  '42S02': [942, () => 'table or view does not exist'],
  '42S03': [942, () => 'table or view does not exist'],
  '42S04': [942, () => 'table or view does not exist'],
  '42S22': [904, (error) => `invalid identifier (${said(error)})`],
  '42S01': [955, () => 'name is already used by an existing object'],
  '42S11': [955, () => 'name is already used by an existing object'],
}

/** What Oracle would have said. Anything that is not in the table is ORA-00900 with H2's own words. */
export function toOracleError(error: H2Error, constraintOf: (index: string) => string | undefined): OracleError {
  if (error.state === '23505') {
    const index = INDEX.exec(error.message)?.groups?.index?.replaceAll('"', '') ?? ''
    return new OracleError(1, `unique constraint (LIFELINE.${constraintOf(index) ?? index}) violated`)
  }
  const known = ERRORS[error.state]
  return known === undefined
    ? new OracleError(900, `invalid SQL statement (H2 ${error.code}/${error.state}: ${error.message})`)
    : new OracleError(known[0], known[1](error))
}
