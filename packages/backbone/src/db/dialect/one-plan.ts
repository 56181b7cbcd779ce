import { sql } from 'kysely'

export const ONE_PLAN = '/* one plan */'

/**
 * For `modifyEnd` of a statement whose best plan is the same whatever it asks for, like a page of one subject's log by the
 * primary key: where the database can, it is planned once a connection, which takes it as long as running it.
 */
export const onePlan = sql`${sql.raw(ONE_PLAN)}`
