import type { DatabaseError } from 'pg'
import { OracleError } from '../session.ts'

type Words = (error: DatabaseError) => string
const violated =
  (what: string): Words =>
  (error) =>
    `${what} (LIFELINE.${error.constraint ?? '?'}) violated`

const ERRORS: Record<string, [number, Words]> = {
  '23505': [1, violated('unique constraint')],
  '23502': [1400, (error) => `cannot insert NULL into ("LIFELINE"."${error.table}"."${error.column}")`],
  '23503': [2291, violated('integrity constraint')],
  '23514': [2290, violated('check constraint')],
  '22001': [12899, () => 'value too large for column'],
  '22003': [1438, () => 'value larger than specified precision allowed for this column'],
  '22P02': [1722, () => 'invalid number'],
  '40P01': [60, () => 'deadlock detected while waiting for resource'],
  '40001': [8177, () => "can't serialize access for this transaction"],
  '55P03': [30006, () => 'resource busy; acquire with WAIT timeout expired'],
  '57014': [1013, () => 'user requested cancel of current operation.'],
  '57P01': [3113, () => 'end-of-file on communication channel'],
  '42P01': [942, () => 'table or view does not exist'],
  '42703': [904, (error) => `invalid identifier (${error.message})`],
  '42P07': [955, () => 'name is already used by an existing object'],
  '42710': [955, () => 'name is already used by an existing object'],
}

/** What Oracle would have said. Anything that is not in the table is ORA-00900 with PostgreSQL's own words. */
export function toOracleError(thrown: unknown): unknown {
  const error = thrown as DatabaseError
  const known = ERRORS[error.code ?? '']
  if (error.code === '23503' && /still referenced/.test(error.detail ?? ''))
    return new OracleError(2292, violated('integrity constraint')(error))
  if (known !== undefined) return new OracleError(known[0], known[1](error))
  return new OracleError(900, `invalid SQL statement (PostgreSQL ${error.code}: ${error.message})`)
}
