import t from 'tap'
import { checkStatement } from '../../src/oracle/statements/check-statement.ts'

/** What Oracle 19c takes, so the gate must. */
const RIGHT = [
  'select "id", count(*) "n" from "tasks" where "status" in (:1, :2) group by "id" order by "n" desc fetch first :3 rows only',
  'select "t".* from "tasks" "t" inner join "task_labels" "l" on ("l"."task_id" = "t"."id") where "l"."label" = :1',
  'insert into "outbox" ("shard", "body") values (:1, :2) returning "seq" into :3',
  'update "tasks" set "version" = "version" + 1 where "id" = :1 returning "version", "status" into :2, :3',
  'delete from "tasks" where "id" in (select "id" from "tasks" where "wake_at" < :1 order by "wake_at" fetch first 10 rows only)',
  'with "s" as (select lead("at") over (partition by "task_id" order by "version") "left_at" from "task_logs") select max("left_at") from "s"',
  'select "id" from "tasks" where "id" = :1 for update wait 25',
  'select "id" from "tasks" order by "id" for update skip locked',
  'select case when "status" = \'x\' then 1 else 0 end "one" from dual',
  'select extract(day from ("due_at" - "created_at")) * 86400 "s" from "tasks"',
  'create index "tasks_wake_at" on "tasks" ("wake_at")',
  'create table "t" ("seq" number(19) generated always as identity (nocache) constraint "t_pkey" primary key, "s" varchar2(20 char))',
  'alter table "tasks" add ("x" number(10), "y" timestamp(3))',
]

/** What Oracle 19c refuses or takes for something else, and what catches it. */
const WRONG: readonly (readonly [layer: string, sql: string])[] = [
  ['grammar', 'select * from "tasks" limit 5'],
  ['grammar', 'insert into "t" ("a") values (1) returning "a"'],
  ['grammar', 'insert into "t" ("a") values (1), (2)'],
  ['grammar', 'insert into "t" ("a") values (1) on conflict do nothing'],
  ['grammar', 'select "a" from "t" as "x"'],
  ['grammar', 'select "a" from "t" except select "b" from "u"'],
  ['grammar', 'select "a" from "t" offset 5 fetch first 5 rows only'],
  ['grammar', 'select "t"."a" from "t" inner join "u" using "a"'],
  ['grammar', 'select distinct on ("a") "a" from "t"'],
  ['grammar', 'select count(*) filter (where "a" = 1) from "t"'],
  ['grammar', 'select "a" from "t" where "a" ilike :1'],
  ['grammar', 'select "a"::text from "t"'],
  ['grammar', 'select 1'],
  ['grammar', 'with recursive "x" as (select 1 from dual) select * from "x"'],
  ['grammar', 'delete from "t" using "u" where "t"."a" = "u"."a"'],
  ['grammar', 'release savepoint "one"'],
  ['grammar', 'create table if not exists "t" ("a" number)'],
  ['lint', 'select now() from dual'],
  ['lint', 'select date_trunc(\'hour\', "at") from "t"'],
  ['lint', 'select "a" from "t" where "b" = \'\''],
  ['lint', 'select "a" from "t" where "b" = true'],
  ['lint', 'select "a" from "t" where ("b", "c") < (:1, :2)'],
  ['lint', 'select "a" from "t" order by "a" fetch first 1 rows only for update'],
  ['lint', 'select "a" from "t" order by "a" fetch next :1 rows only for update skip locked'],
  ['lint', 'select distinct "a" from "t" for update'],
  ['lint', 'create table "t" ("a" text)'],
  ['lint', 'select cast("a" as boolean) from "t"'],
  ['lint', 'select "a" from "a_name_of_more_than_thirty_bytes"'],
  ['lint', 'select "A" from "t"'],
  ['lint', `select "a" from "t" where "a" in (${Array(1001).fill(':1').join(', ')})`],
  ['lint', 'select "a" from "t";'],
  ['lint', 'select a from tasks'],
  ['driver', 'begin null; end;'],
]

t.test('the gate lets what Oracle 19c takes pass', async (t) => {
  for (const sql of RIGHT) t.strictSame(checkStatement(sql), [], sql)
})

t.test('the gate stops what Oracle 19c does not take', async (t) => {
  for (const [layer, sql] of WRONG) {
    const layers = checkStatement(sql).map((problem) => problem.layer as string)
    t.ok(layers.includes(layer), `${layer}: ${sql.slice(0, 100)}`)
  }
})
