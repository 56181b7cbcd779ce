import type { ExpressionBuilder } from 'kysely'
import type { CreatedBetween } from '../rollups/periods.ts'
import type { Schema } from '../schema.ts'

/**
 * Created at `from` or later and before `to`. Asked of the id, which begins with the instant of creation in milliseconds
 * (UUIDv7): so a range of time is a range of the primary key, and of every index that ends with the id.
 */
export function isCreatedBetween(eb: ExpressionBuilder<Schema, 'tasks'>, { from, to }: CreatedBetween) {
  return [...(from === undefined ? [] : [eb('id', '>=', firstId(from))]), ...(to === undefined ? [] : [eb('id', '<', firstId(to))])]
}

/** Not above any id that is made at this instant or later, and above all that were made before. */
function firstId(at: Date): string {
  const ms = Math.max(at.getTime(), 0).toString(16).padStart(12, '0')
  return `${ms.slice(0, 8)}-${ms.slice(8)}-0000-0000-000000000000`
}
