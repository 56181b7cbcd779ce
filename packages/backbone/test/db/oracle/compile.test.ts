import { fragments } from '@lifeline/backbone/db/dialect/fragments'
import { BatchBinds, InBind, OutBind } from '@lifeline/backbone/db/dialect/oracle/binds'
import { sql } from 'kysely'
import t from 'tap'
import { compiled, NOON, oracle, sqlOf } from './given-oracle.ts'

t.test('names are quoted, aliases have no AS, rows are fetched', async (t) => {
  const query = oracle.selectFrom('tasks as t').innerJoin('task_labels as l', 'l.task_id', 't.id').select(['t.id as task', 'l.label'])
  t.equal(
    sqlOf(query.orderBy('t.id', 'desc').offset(20).fetch(10)),
    'select "t"."id" "task", "l"."label" from "tasks" "t" inner join "task_labels" "l" on ("l"."task_id" = "t"."id")' +
      ' order by "t"."id" desc offset :1 rows fetch next :2 rows only',
  )
})

t.test('limit is fetch', async (t) => {
  t.equal(sqlOf(oracle.selectFrom('tasks').select('id').limit(5)), 'select "id" from "tasks" fetch next :1 rows only')
})

t.test('a query of no table asks dual', async (t) => {
  t.equal(sqlOf(oracle.selectNoFrom(sql.lit(1).as('one'))), 'select 1 "one" from dual')
})

t.test('EXCEPT is MINUS, and WITH has no RECURSIVE', async (t) => {
  const labels = oracle.selectFrom('task_labels').select('task_id as id')
  t.equal(
    sqlOf(oracle.selectFrom('tasks').select('id').except(labels)),
    'select "id" from "tasks" minus select "task_id" "id" from "task_labels"',
  )
  const recursive = oracle
    .withRecursive('ids(id)', (cte) => cte.selectFrom('tasks').select('id'))
    .selectFrom('ids')
    .selectAll()
  t.equal(sqlOf(recursive), 'with "ids"("id") as (select "id" from "tasks") select * from "ids"')
})

t.test('a row to insert has a typed bind for each value, nulls too', async (t) => {
  const { sql, parameters } = compiled(oracle.insertInto('outbox_shard').values({ shard: 3, owner: null, lease_until: NOON }))
  t.equal(sql, 'insert into "outbox_shard" ("shard", "owner", "lease_until") values (:1, :2, :3)')
  t.strictSame(parameters, [new InBind(3, 'int'), new InBind(null, 'text'), new InBind(NOON, 'time')])
})

t.test('many rows to insert are one statement of one row, executed as a batch', async (t) => {
  const rows = [
    { task_id: 'a', label: 'x' },
    { task_id: 'b', label: 'y' },
  ]
  const { sql, parameters } = compiled(oracle.insertInto('task_labels').values(rows).returning('label'))
  t.equal(sql, 'insert into "task_labels" ("task_id", "label") values (:1, :2) returning "label" into :out2')
  const batch = new BatchBinds(
    [
      ['a', 'x'],
      ['b', 'y'],
    ],
    ['uuid', 'text'],
  )
  t.strictSame(parameters, [batch, new OutBind('label', 'text')])
})

t.test('an update types what it sets by its columns, and RETURNING goes into binds', async (t) => {
  const query = oracle.updateTable('tasks').set({ wake_at: null, version: 2 }).where('id', '=', 'a').returning(['id', 'wake_at'])
  const { sql, parameters } = compiled(query)
  t.equal(sql, 'update "tasks" set "wake_at" = :1, "version" = :2 where "id" = :3 returning "id", "wake_at" into :out4, :out5')
  t.strictSame(parameters, [
    new InBind(null, 'time'),
    new InBind(2, 'int'),
    new InBind('a', 'text'),
    new OutBind('id', 'uuid'),
    new OutBind('wake_at', 'time'),
  ])
})

t.test('returningAll names every column', async (t) => {
  const sql = sqlOf(oracle.deleteFrom('outbox_shard').where('shard', '=', 1).returningAll())
  t.equal(sql, 'delete from "outbox_shard" where "shard" = :1 returning "shard", "owner", "lease_until" into :out2, :out3, :out4')
})

t.test('lists are filled up to a power of two, so that few different statements are sent', async (t) => {
  const { sql, parameters } = compiled(oracle.selectFrom('tasks').select('id').where('id', 'in', ['a', 'b', 'c', 'd', 'e']))
  t.equal(sql, 'select "id" from "tasks" where "id" in (:1, :2, :3, :4, :5, :6, :7, :8)')
  t.same(
    parameters.map((bind) => (bind as InBind).value),
    ['a', 'b', 'c', 'd', 'e', 'e', 'e', 'e'],
  )
})

t.test('a list of more than a thousand is split', async (t) => {
  const ids = Array.from({ length: 1_001 }, (_, i) => String(i))
  const list = (length: number, from = 1) => Array.from({ length }, (_, i) => `:${from + i}`).join(', ')
  const where = (operator: 'in' | 'not in') => sqlOf(oracle.selectFrom('tasks').select('id').where('id', operator, ids)).split(' where ')[1]
  t.equal(where('in'), `("id" in (${list(1_000)}) or "id" in (:1001))`)
  t.equal(where('not in'), `("id" not in (${list(1_000)}) and "id" not in (:1001))`)
})

t.test('seconds between two instants are the sum of an interval’s fields', async (t) => {
  const { secondsBetween } = fragments(oracle)
  const query = oracle.selectFrom('tasks').select((eb) => secondsBetween(eb.ref('created_at'), eb.ref('completed_at')).as('s'))
  const field = (name: string) => `extract(${name} from ("completed_at" - "created_at"))`
  t.equal(
    sqlOf(query),
    `select (((${field('day')} * 24 + ${field('hour')}) * 60 + ${field('minute')}) * 60 + ${field('second')}) "s" from "tasks"`,
  )
})

t.test('MERGE has its ON in brackets', async (t) => {
  const query = oracle
    .mergeInto('outbox_shard as s')
    .using(oracle.selectNoFrom([sql<number>`${1}`.as('n')]).as('new'), (join) => join.onRef('s.shard', '=', 'new.n'))
    .whenMatched()
    .thenUpdateSet({ owner: 'me' })
  t.equal(
    sqlOf(query),
    'merge into "outbox_shard" "s" using (select :1 "n" from dual) "new" on ("s"."shard" = "new"."n") when matched then update set "owner" = :2',
  )
})
