import type { Db } from '@lifeline/backbone/db/schema'
import t from 'tap'
import type { Bench } from '../src/bench.ts'
import { rowExpressions } from '../src/pgbench/expressions.ts'
import { pgbenchSide } from '../src/pgbench/pgbench-side.ts'
import { readPgbench } from '../src/pgbench/run-pgbench.ts'

t.test('a row becomes SQL that makes others of its size', async (t) => {
  const row = { id: 'abc', title: "it's 9:00", body: 'task/abc for ann@example.org', nothing: null, version: 1, at: new Date(0) }
  const texts = { abc: ':id::text', 'ann@example.org': 'person' }
  t.strictSame(rowExpressions(row, { texts, columns: { id: ':id::uuid' } }), {
    names: 'id, title, body, nothing, version, at',
    values: String.raw`:id::uuid, E'it''s 9\x3a00', E'task/' || :id::text || E' for ' || person, null, 1, E'1970-01-01T00\x3a00\x3a00.000Z'::timestamptz`,
  })
})

t.test('what pgbench prints', async (t) => {
  const output = `number of transactions actually processed: 7421
number of failed transactions: 0 (0.000%)
latency average = 4.308 ms
initial connection time = 11.325 ms
tps = 3713.991526 (without initial connection time)`
  t.strictSame(readPgbench(output), { perSecond: 3713.991526, transactions: 7421 })
  t.throws(() => readPgbench(output.replace('failed transactions: 0', 'failed transactions: 3')), /pgbench did not do its work/)
  t.throws(() => readPgbench('pgbench: error: connection refused'), /pgbench did not do its work/)
})

t.test('without pgbench its side says so, and nothing is run', async (t) => {
  const bench = { pgbench: undefined } as Bench
  const options = { name: 'pgbench', url: '', db: {} as Db, table: 'tasks', scriptFor: () => '' } as const
  t.match(await pgbenchSide(bench, options), { name: 'pgbench', unavailable: /brings no pgbench/ })
})
