import type { Rewrite } from '../rewrite.ts'
import { mapCode, numberBinds, replaceCall, splitReturning } from '../sql-text.ts'

const TABLE = 'create table "t" ("id" number(10) not null primary key, "n" number(10))'

const secondsOf = (interval: string) => `(extract(epoch from ${interval}) - 60 * trunc(extract(epoch from ${interval}) / 60))`

/** Everything that H2 2.1 in Oracle mode gets in other words than Oracle would. */
export const H2_REWRITES: readonly Rewrite[] = [
  {
    name: 'returning into',
    why: 'H2 answers changed rows through a data change delta table',
    apply(sql) {
      const { base, columns } = splitReturning(sql)
      if (columns === undefined) return sql
      return `select ${columns} from ${/^\s*delete\b/i.test(base) ? 'old' : 'final'} table (${base})`
    },
    example: {
      before: [TABLE],
      sql: 'insert into "t" ("id", "n") values (1, 2) returning "id", "n" into :1, :2',
    },
  },
  {
    name: 'binds',
    why: 'H2 knows ?1, not :1',
    apply: (sql) => numberBinds(sql, (number) => `?${number}`),
    example: { before: [TABLE], sql: 'select "n" from "t" where "id" = :1', binds: [{ type: 'number', value: '1' }] },
  },
  {
    name: 'fractions of seconds',
    why: 'in H2 EXTRACT(SECOND) of an interval has no fractions',
    apply: (sql) => replaceCall(sql, 'extract(second from ', secondsOf),
    example: {
      before: ['create table "half" ("seconds" number(10, 1) check ("seconds" = 0.5))'],
      sql: `insert into "half" ("seconds") select extract(second from (timestamp '2026-01-01 00:00:00.5' - timestamp '2026-01-01 00:00:00.0')) from dual`,
    },
  },
  {
    name: 'session settings',
    why: 'H2 has no ALTER SESSION; it compares text by its bytes anyway',
    apply: (sql) => sql.replace(/^\s*alter session set nls_comp = binary nls_sort = binary\s*$/i, 'select 1 from dual'),
    example: { sql: 'alter session set nls_comp = binary nls_sort = binary' },
  },
  {
    name: 'lock waits',
    why: 'H2 2.1 has neither WAIT nor NOWAIT; it waits as long as its LOCK_TIMEOUT says',
    apply: (sql) => mapCode(sql, (code) => code.replace(/\bfor update (?:nowait|wait \d+)/gi, 'for update')),
    example: { before: [TABLE], sql: 'select "id" from "t" for update wait 60' },
  },
]
