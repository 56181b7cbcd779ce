import { sql } from 'kysely'
import type { Db } from '../../../src/db/schema.ts'
import { describeSchema, type PartFact, type SchemaShape } from './describe-schema.ts'

interface OracleColumn {
  table: string
  column: string
  type: string
  length: number | null
  nullable: 'Y' | 'N'
  identity: 'YES' | 'NO'
}

const KINDS: Record<string, string> = { CHAR: 'uuid', VARCHAR2: 'text', CLOB: 'longtext', NUMBER: 'int', 'TIMESTAMP(3)': 'time' }

/** Asks Oracle's own dictionary, which H2 has views for. */
export async function readOracleSchema(db: Db): Promise<SchemaShape> {
  const columns = await sql<OracleColumn>`
    select table_name "table", column_name "column", data_type "type", char_length "length", nullable "nullable", identity_column "identity"
    from user_tab_columns order by table_name, column_name`.execute(db)
  const keys = await sql<PartFact & { type: string }>`
    select c.table_name "table", c.constraint_name "name", c.constraint_type "type", k.column_name "column", r.table_name "detail"
    from user_constraints c join user_cons_columns k on (k.constraint_name = c.constraint_name)
    left join user_constraints r on (r.constraint_name = c.r_constraint_name)
    where c.constraint_type in ('P', 'U', 'R') order by c.constraint_name, k.position`.execute(db)
  const checks = await sql<PartFact>`
    select table_name "table", constraint_name "name", 'check' "what", null "column", search_condition_vc "detail"
    from user_constraints where constraint_type = 'C' and search_condition_vc not like '% IS NOT NULL'`.execute(db)
  const indexes = await sql<PartFact>`
    select i.table_name "table", i.index_name "name", k.column_name "column", null "detail",
      case i.uniqueness when 'UNIQUE' then 'unique index' else 'index' end "what"
    from user_indexes i join user_ind_columns k on (k.index_name = i.index_name)
    where i.index_name not in (select index_name from user_constraints where index_name is not null)
      and i.index_name not like 'SYS\\_%' escape '\\'
    order by i.index_name, k.column_position`.execute(db)
  const WHAT = { P: 'primary key', U: 'unique', R: 'foreign key' } as const
  return describeSchema(
    columns.rows.map(({ type, identity, nullable, ...rest }) => ({
      ...rest,
      kind: identity === 'YES' ? 'identity' : (KINDS[type] ?? type),
      nullable: nullable === 'Y',
    })),
    [...keys.rows.map(({ type, ...rest }) => ({ ...rest, what: WHAT[type as keyof typeof WHAT] })), ...checks.rows, ...indexes.rows],
  )
}
