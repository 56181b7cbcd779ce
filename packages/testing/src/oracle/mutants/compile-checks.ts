import type { Db } from '@lifeline/backbone/db/schema'
import { type Compilable, sql } from 'kysely'
import { checkStatement } from '../statements/check-statement.ts'

/** Queries whose SQL must pass the static gate. */
const QUERIES: readonly ((db: Db) => Compilable)[] = [
  (db) =>
    db
      .selectFrom('tasks as t')
      .innerJoin('task_labels as l', 'l.task_id', 't.id')
      .select(['t.id as task'])
      .orderBy('t.id')
      .offset(5)
      .fetch(5),
  (db) => db.selectFrom('tasks').select('id').limit(5),
  (db) => db.selectNoFrom(sql.lit(1).as('one')),
  (db) => db.selectFrom('tasks').select('id').except(db.selectFrom('task_labels').select('task_id as id')),
  (db) =>
    db
      .withRecursive('ids(id)', (cte) => cte.selectFrom('tasks').select('id'))
      .selectFrom('ids')
      .select('id'),
  (db) => db.mergeInto('outbox_shard as t').using('outbox_shard as s', 's.shard', 't.shard').whenMatched().thenUpdateSet({ owner: 'me' }),
  (db) => db.insertInto('outbox_shard').values({ shard: 1, owner: null, lease_until: null }).returning(['shard', 'owner']),
  (db) => db.updateTable('outbox_shard').set({ owner: 'me' }).where('shard', '=', 1).returning('owner'),
  (db) =>
    db
      .selectFrom('tasks')
      .select('id')
      .where(
        'id',
        'in',
        Array.from({ length: 1_500 }, (_, i) => String(i)),
      ),
]

/** Queries that must be refused when they are compiled. */
const REFUSED: readonly (readonly [what: string, query: (db: Db) => Compilable])[] = [
  ['a name with a quote', (db) => db.selectFrom('tasks').select(sql.ref('id" from dual --').as('id'))],
  ['the empty text', (db) => db.selectFrom('tasks').select('id').where('title', '=', '')],
  ['FOR UPDATE with FETCH', (db) => db.selectFrom('tasks').select('id').fetch(1).forUpdate()],
  [
    'a row value',
    (db) =>
      db
        .selectFrom('tasks')
        .select('id')
        .where((eb) => eb(eb.refTuple('title', 'id'), '<', eb.tuple('a', 'b'))),
  ],
  [
    'ON CONFLICT',
    (db) =>
      db
        .insertInto('task_labels')
        .values({ task_id: 'a', label: 'b' })
        .onConflict((oc) => oc.doNothing()),
  ],
]

export interface CompileFindings {
  /** What the grammar, the lint or the driver's parser say against the SQL. */
  gate: string[]
  /** What was compiled although Oracle cannot do it. */
  compile: string[]
}

export function checkCompiled(db: Db): CompileFindings {
  const gate: string[] = []
  const compile: string[] = []
  for (const query of QUERIES) {
    try {
      gate.push(...checkStatement(query(db).compile().sql).map(({ layer, message }) => `${layer}: ${message}`))
    } catch (error) {
      compile.push(String(error))
    }
  }
  for (const [what, query] of REFUSED) {
    try {
      query(db).compile()
      compile.push(`${what} was not refused`)
    } catch (error) {
      if ((error as Error).name !== 'UnsupportedOnOracleError') compile.push(String(error))
    }
  }
  return { gate, compile }
}
