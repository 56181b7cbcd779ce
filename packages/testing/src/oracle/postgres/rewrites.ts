import type { Rewrite } from '../rewrite.ts'
import type { BindValue } from '../session.ts'
import { mapCode, numberBinds, splitReturning } from '../sql-text.ts'

const TABLE = 'create table "t" ("id" number(10) not null primary key, "at" timestamp(3), "note" varchar2(20 char), "body" clob)'
const text = (value: string | null): BindValue => ({ type: 'text', value })

/** A parameter alone has no type, and PostgreSQL would take a number for text in `$1 + 1`. */
const CASTS: Partial<Record<BindValue['type'], string>> = { number: 'numeric', instant: 'timestamptz', timestamp: 'timestamp' }

/** Types of Oracle's tables that PostgreSQL calls otherwise. orafce's own varchar2 counts bytes only. */
const TYPES: readonly [RegExp, string][] = [
  [/\bvarchar2\s*\(\s*(\d+)(?:\s+(?:char|byte))?\s*\)/gi, 'varchar($1)'],
  [/\bchar\s*\(\s*(\d+)(?:\s+(?:char|byte))?\s*\)/gi, 'char($1)'],
  [/\bnumber\b/gi, 'numeric'],
  [/\bclob\b/gi, 'text'],
]

export const isDdl = (sql: string) => /^\s*(create|alter|drop|truncate)\b/i.test(sql)

/** Everything that PostgreSQL 15 with orafce gets in other words than Oracle would. */
export const POSTGRES_REWRITES: readonly Rewrite[] = [
  {
    name: 'returning into',
    why: 'PostgreSQL answers the returned columns as rows',
    apply(sql) {
      const { base, columns } = splitReturning(sql)
      return columns === undefined ? sql : `${base} returning ${columns}`
    },
    example: { before: [TABLE], sql: 'insert into "t" ("id") values (1) returning "id" into :1' },
  },
  {
    name: 'binds',
    why: 'PostgreSQL knows $1, not :1, and does not see the type of what is bound',
    apply: (sql, binds) =>
      numberBinds(sql, (number) => {
        const cast = CASTS[binds[number - 1]?.type ?? 'text']
        return cast === undefined ? `$${number}` : `cast($${number} as ${cast})`
      }),
    example: { before: [TABLE], sql: 'select "id" from "t" where "note" = :1', binds: [text('x')] },
  },
  {
    name: 'identities',
    why: 'PostgreSQL makes identities of bigint only, and never caches them unless it is asked to',
    apply: (sql) =>
      mapCode(sql, (code) => code.replace(/\bnumber\(\d+\) (generated \w+ as identity) \((?:nocache|cache \d+)\)/gi, 'bigint $1')),
    example: { sql: 'create table "t" ("seq" number(19) generated always as identity (nocache) primary key)' },
  },
  {
    name: 'types of tables',
    why: 'PostgreSQL has no NUMBER and no CLOB, and orafce no VARCHAR2 of characters',
    apply: (sql) => (isDdl(sql) ? mapCode(sql, (code) => TYPES.reduce((out, [type, to]) => out.replace(type, to), code)) : sql),
    example: { sql: TABLE },
  },
  {
    name: 'session settings',
    why: 'PostgreSQL has no ALTER SESSION; its databases here compare text by its bytes (locale C)',
    apply: (sql) => sql.replace(/^\s*alter session set nls_comp = binary nls_sort = binary\s*$/i, 'select 1'),
    example: { sql: 'alter session set nls_comp = binary nls_sort = binary' },
  },
  {
    name: 'lock waits',
    why: 'PostgreSQL has no WAIT; the session sets its lock_timeout instead',
    apply: (sql) => mapCode(sql, (code) => code.replace(/\bfor update wait \d+/gi, 'for update')),
    example: { before: [TABLE], sql: 'select "id" from "t" for update wait 60' },
  },
  {
    name: 'minus',
    why: 'PostgreSQL calls it EXCEPT',
    apply: (sql) => mapCode(sql, (code) => code.replace(/\bminus\b/gi, 'except')),
    example: { sql: 'select 1 from dual minus select 2 from dual' },
  },
]
