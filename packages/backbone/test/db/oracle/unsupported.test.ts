import { UnsupportedOnOracleError } from '@lifeline/backbone/db/dialect/oracle/unsupported'
import { type Compilable, type RawBuilder, sql } from 'kysely'
import t from 'tap'
import { NOON, oracle, sqlOf } from './given-oracle.ts'

const tasks = oracle.selectFrom('tasks')
const shard = { shard: 1, owner: null, lease_until: null }
const update = oracle.updateTable('tasks').set({ version: 2 })
const removal = oracle.deleteFrom('outbox_shard')

type Case = [construct: string, oracleError: string | undefined, query: () => Compilable | RawBuilder<unknown>]

// What 19c cannot do, the error it would answer, and a query that asks for it.
const CASES: readonly Case[] = [
  ['CreateTableNode of the schema builder', undefined, () => oracle.schema.createTable('x').ifNotExists().addColumn('id', 'uuid')],
  ['CreateIndexNode of the schema builder', undefined, () => oracle.schema.createIndex('x').on('tasks').column('id')],
  ['the name a234567890123456789012345678901', 'ORA-00972', () => tasks.select('id as a234567890123456789012345678901')],
  ['a name with a double quote', 'ORA-03001', () => tasks.select(sql.ref('id" from dual --').as('id'))],
  ['DISTINCT ON', 'ORA-00936', () => tasks.distinctOn('assignee').select('id')],
  ['TOP', 'ORA-00923', () => tasks.top(1).select('id')],
  ['* beside other columns', 'ORA-00923', () => tasks.selectAll().select(sql.lit(1).as('one'))],
  ['DISTINCT on a CLOB', 'ORA-00932', () => oracle.selectFrom('outbox').distinct().select('body')],
  ['a CLOB before =', 'ORA-00932', () => oracle.selectFrom('outbox').select('seq').where('body', '=', '{}')],
  ['a CLOB before in', 'ORA-00932', () => oracle.selectFrom('outbox').select('seq').where('headers', 'in', ['{}'])],
  ['GROUP BY of a CLOB', 'ORA-00932', () => oracle.selectFrom('outbox').select('body').groupBy('body')],
  ['ORDER BY of a CLOB', 'ORA-00932', () => oracle.selectFrom('outbox as o').select('o.seq').orderBy('o.body')],
  ['a bind in GROUP BY', 'ORA-00979', () => tasks.select('id').groupBy(sql`substr(${sql.ref('title')}, ${1})`)],
  ['FOR UPDATE with FETCH, OFFSET, DISTINCT, GROUP BY or UNION', 'ORA-02014', () => tasks.select('id').fetch(1).forUpdate().skipLocked()],
  ['FOR UPDATE with FETCH, OFFSET, DISTINCT, GROUP BY or UNION', 'ORA-02014', () => tasks.select('id').limit(1).forUpdate()],
  ['FOR UPDATE with FETCH, OFFSET, DISTINCT, GROUP BY or UNION', 'ORA-02014', () => tasks.select('id').distinct().forUpdate()],
  ['the row lock ForShare', 'ORA-00933', () => tasks.select('id').forShare()],
  ['the row lock ForNoKeyUpdate', 'ORA-00933', () => tasks.select('id').forNoKeyUpdate()],
  ['the row lock ForKeyShare', 'ORA-00933', () => tasks.select('id').forKeyShare()],
  [
    'a row value before <',
    'ORA-01796',
    () => tasks.select('id').where((eb) => eb(eb.refTuple('created_at', 'id'), '<', eb.tuple(NOON, 'a'))),
  ],
  ['a row value before =', 'ORA-01796', () => tasks.select('id').where((eb) => eb(eb.refTuple('title', 'id'), '=', eb.tuple('a', 'b')))],
  ['the operator ilike', 'ORA-00920', () => tasks.select('id').where('title', 'ilike', 'a%')],
  ['the operator is distinct from', 'ORA-00920', () => tasks.select('id').where('title', 'is distinct from', 'a')],
  ['the operator ~', 'ORA-00920', () => tasks.select('id').where('title', '~', 'a')],
  ['the operator %', 'ORA-00920', () => tasks.select((eb) => eb('version', '%', 2).as('odd'))],
  ['FILTER (WHERE …)', 'ORA-00923', () => tasks.select((eb) => eb.fn.countAll().filterWhere('version', '>', 1).as('n'))],
  ['ORDER BY inside an aggregate', 'ORA-30491', () => tasks.select((eb) => eb.fn.agg('listagg', ['title']).orderBy('title').as('all'))],
  ['the function date_trunc', 'ORA-00904', () => tasks.select((eb) => eb.fn('date_trunc', [sql.lit('day'), eb.ref('due_at')]).as('day'))],
  ['the function string_agg', 'ORA-00904', () => tasks.select((eb) => eb.fn.agg('string_agg', ['title']).as('all'))],
  ['a cast to uuid', 'ORA-00902', () => tasks.select((eb) => eb.cast('id', 'uuid').as('id'))],
  [
    '[NOT] MATERIALIZED',
    'ORA-00928',
    () =>
      oracle
        .with(
          (cte) => cte('t').materialized(),
          () => tasks.select('id'),
        )
        .selectFrom('t')
        .select('id'),
  ],
  ['except ALL', 'ORA-00928', () => tasks.select('id').exceptAll(oracle.selectFrom('task_labels').select('task_id as id'))],
  ['COLLATE', 'ORA-12702', () => tasks.select('id').orderBy('title', (order) => order.collate('c'))],
  ['a boolean', 'ORA-03115', () => tasks.select('id').where(sql.ref('version'), '=', true)],
  ['a boolean', 'ORA-03115', () => tasks.select('id').where(sql<boolean>`1`, 'is', true)],
  ["''", undefined, () => tasks.select('id').where('assignee', '=', '')],
  [
    "''",
    undefined,
    () =>
      oracle.insertInto('task_labels').values([
        { task_id: 'a', label: '' },
        { task_id: 'a', label: 'b' },
      ]),
  ],
  ["''", undefined, () => oracle.updateTable('tasks').set({ description: '' })],
  ["''", undefined, () => sql`select ${''} from dual`],
  ['a literal Date', 'ORA-01843', () => tasks.select(sql.lit(NOON).as('at'))],
  ['a value of type object', 'ORA-00932', () => sql`select ${{ a: 1 }} from dual`],
  ['an empty list', 'ORA-00936', () => tasks.select('id').where('id', 'in', [])],
  [
    'ON CONFLICT',
    'ORA-00933',
    () =>
      oracle
        .insertInto('outbox_shard')
        .values(shard)
        .onConflict((on) => on.doNothing()),
  ],
  ['ON DUPLICATE KEY', 'ORA-00933', () => oracle.insertInto('outbox_shard').values(shard).onDuplicateKeyUpdate({ shard: 1 })],
  ['INSERT OR …', 'ORA-00925', () => oracle.insertInto('outbox_shard').values(shard).orIgnore()],
  ['REPLACE', 'ORA-00900', () => oracle.replaceInto('outbox_shard').values(shard)],
  ['DEFAULT VALUES', 'ORA-00936', () => oracle.insertInto('outbox_shard').defaultValues()],
  ['OUTPUT', 'ORA-00933', () => oracle.insertInto('outbox_shard').output('inserted.shard').values(shard)],
  [
    'an expression or a default in an insert of many rows',
    undefined,
    () => oracle.insertInto('outbox_shard').values([shard, { ...shard, shard: sql`2` }]),
  ],
  [
    'outbox_shard.colour, which is not in COLUMNS',
    undefined,
    () => oracle.insertInto('outbox_shard').values({ ...shard, colour: 1 } as never),
  ],
  [
    'WITH before INSERT, UPDATE or DELETE',
    'ORA-00928',
    () =>
      oracle
        .with('t', () => tasks.select('id'))
        .deleteFrom('tasks')
        .where('id', 'in', (eb) => eb.selectFrom('t').select('t.id')),
  ],
  [
    'WITH before INSERT, UPDATE or DELETE',
    'ORA-00928',
    () =>
      oracle
        .with('t', () => tasks.select('id'))
        .insertInto('outbox_shard')
        .values(shard),
  ],
  [
    'WITH before INSERT, UPDATE or DELETE',
    'ORA-00928',
    () =>
      oracle
        .with('t', () => tasks.select('id'))
        .updateTable('tasks')
        .set({ version: 2 }),
  ],
  [
    'RETURNING of INSERT … SELECT',
    'ORA-00933',
    () =>
      oracle
        .insertInto('task_labels')
        .columns(['task_id', 'label'])
        .expression(tasks.select(['id', 'title']))
        .returning('label'),
  ],
  [
    'MERGE with a condition, BY SOURCE, DELETE or DO NOTHING',
    'ORA-00905',
    () => oracle.mergeInto('tasks as t').using('task_labels as l', 'l.task_id', 't.id').whenMatched().thenDelete(),
  ],
  [
    'MERGE with a condition, BY SOURCE, DELETE or DO NOTHING',
    'ORA-00905',
    () =>
      oracle
        .mergeInto('tasks as t')
        .using('task_labels as l', 'l.task_id', 't.id')
        .whenMatchedAnd('l.label', '=', 'x')
        .thenUpdateSet({ version: 2 }),
  ],
  ['FOR UPDATE OF a table', 'ORA-00904', () => tasks.select('id').forUpdate('tasks')],
  [
    'a list of more than 1000 expressions',
    'ORA-01795',
    () =>
      tasks.select('id').where(
        'version',
        'in',
        Array.from({ length: 1_001 }, (_, i) => sql<number>`${i}`),
      ),
  ],
  ['RETURNING an expression', 'ORA-00925', () => update.returning(sql`1`.as('one'))],
  ['UPDATE … FROM', 'ORA-00933', () => update.from('task_labels')],
  ['UPDATE … ORDER BY', 'ORA-00933', () => update.orderBy('id')],
  ['LIMIT of an UPDATE or DELETE', 'ORA-00933', () => update.limit(1)],
  ['LIMIT of an UPDATE or DELETE', 'ORA-00933', () => removal.limit(1)],
  ['DELETE … USING', 'ORA-00933', () => removal.using('tasks')],
  ['DELETE … ORDER BY', 'ORA-00933', () => removal.orderBy('shard')],
  ['DELETE from two tables', 'ORA-00933', () => oracle.deleteFrom(['outbox_shard', 'tasks'])],
]

for (const [construct, oracleError, query] of CASES) {
  t.test(`${construct} is refused when it is compiled`, async (t) => {
    const error = await Promise.resolve()
      .then(() => sqlOf(query()))
      .catch((error: unknown) => error)
    t.ok(error instanceof UnsupportedOnOracleError, String(error))
    t.match(error, { construct, oracleError })
  })
}
