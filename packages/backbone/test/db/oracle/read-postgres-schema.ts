import { sql } from 'kysely'
import type { Db } from '../../../src/db/schema.ts'
import { type ColumnFact, describeSchema, type PartFact, type SchemaShape } from './describe-schema.ts'

export async function readPostgresSchema(db: Db): Promise<SchemaShape> {
  const columns = await sql<ColumnFact>`
    select table_name as table, column_name as column, character_maximum_length as length, is_nullable = 'YES' as nullable,
      case when is_identity = 'YES' then 'identity' when data_type = 'uuid' then 'uuid' when data_type = 'text' then 'longtext'
        when data_type = 'character varying' then 'text' when data_type in ('smallint', 'integer', 'bigint') then 'int'
        when data_type = 'timestamp with time zone' and datetime_precision = 3 then 'time' else data_type end as kind
    from information_schema.columns where table_schema = 'public'`.execute(db)
  const keys = await sql<PartFact>`
    select t.relname as table, c.conname as name, a.attname as column,
      case c.contype when 'p' then 'primary key' when 'u' then 'unique' when 'f' then 'foreign key' else 'check' end as what,
      case c.contype when 'f' then c.confrelid::regclass::text else pg_get_constraintdef(c.oid) end as detail
    from pg_constraint c join pg_class t on t.oid = c.conrelid
    cross join unnest(c.conkey) with ordinality as k (attnum, place)
    join pg_attribute a on a.attrelid = t.oid and a.attnum = k.attnum
    where c.connamespace = 'public'::regnamespace and c.contype in ('p', 'u', 'f', 'c') order by c.conname, k.place`.execute(db)
  const indexes = await sql<PartFact>`
    select t.relname as table, i.relname as name, a.attname as column, null as detail,
      case when x.indisunique then 'unique index' else 'index' end as what
    from pg_index x join pg_class i on i.oid = x.indexrelid join pg_class t on t.oid = x.indrelid
    cross join unnest(x.indkey) with ordinality as k (attnum, place)
    join pg_attribute a on a.attrelid = t.oid and a.attnum = k.attnum
    where t.relnamespace = 'public'::regnamespace and not exists (select 1 from pg_constraint c where c.conindid = i.oid)
    order by i.relname, k.place`.execute(db)
  return describeSchema(columns.rows, [...keys.rows, ...indexes.rows])
}
