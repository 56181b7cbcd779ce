import { bindKind, isLongColumn, kindOfValue } from '@lifeline/backbone/db/dialect/oracle/columns'
import {
  fetchTypeHandler,
  fromOutBind,
  fromWallClock,
  inDefinition,
  outDefinition,
  toWallClock,
} from '@lifeline/backbone/db/dialect/oracle/values'
import { COLUMNS, columnKind, type TableName } from '@lifeline/backbone/db/schema'
import oracledb from 'oracledb'
import t from 'tap'

const { BIND_IN, BIND_OUT, DB_TYPE_CLOB, DB_TYPE_NUMBER, DB_TYPE_TIMESTAMP, DB_TYPE_VARCHAR } = oracledb

t.test('every column has a kind', async (t) => {
  t.strictSame([bindKind('tasks', 'id'), bindKind('outbox', 'seq'), bindKind('tasks', 'due_at')], ['uuid', 'int', 'time'])
  for (const [table, columns] of Object.entries(COLUMNS))
    for (const column of Object.keys(columns)) t.doesNotThrow(() => bindKind(table, column))
})

t.test('columns of one name are CLOBs in all tables or in none', async (t) => {
  for (const [table, columns] of Object.entries(COLUMNS)) {
    for (const column of Object.keys(columns)) {
      t.equal(isLongColumn(column), columnKind(table as TableName, column).kind === 'longtext', `${table}.${column}`)
    }
  }
})

t.test('a value without a column is typed by what it is', async (t) => {
  t.strictSame([new Date(), 1, 1n, 'a', null].map(kindOfValue), ['time', 'int', 'int', 'text', 'text'])
})

t.test('binds are typed and sized', async (t) => {
  t.strictSame(inDefinition(oracledb, 'text', 0), { dir: BIND_IN, type: DB_TYPE_VARCHAR, maxSize: 1 })
  t.strictSame(inDefinition(oracledb, 'uuid', 36), { dir: BIND_IN, type: DB_TYPE_VARCHAR, maxSize: 36 })
  t.strictSame(inDefinition(oracledb, 'int', 0), { dir: BIND_IN, type: DB_TYPE_NUMBER })
  t.strictSame(inDefinition(oracledb, 'time', 0), { dir: BIND_IN, type: DB_TYPE_TIMESTAMP })
  t.strictSame(inDefinition(oracledb, 'longtext', 32_767), { dir: BIND_IN, type: DB_TYPE_VARCHAR, maxSize: 32_767 })
  t.strictSame(inDefinition(oracledb, 'longtext', 32_768), { dir: BIND_IN, type: DB_TYPE_CLOB })
  t.strictSame(outDefinition(oracledb, 'text'), { dir: BIND_OUT, type: DB_TYPE_VARCHAR, maxSize: 4_000 })
  t.strictSame(outDefinition(oracledb, 'longtext'), { dir: BIND_OUT, type: DB_TYPE_CLOB })
})

t.test('a time travels as a wall clock that shows UTC, and comes back the same', async (t) => {
  const instants = ['1970-01-01T00:00:00.000Z', '2026-03-29T01:30:00.123Z', '9999-12-31T23:59:59.999Z'].map((text) => new Date(text))
  for (const instant of instants) {
    const wall = toWallClock(instant) as Date
    t.strictSame(
      [wall.getHours(), wall.getMinutes(), wall.getDate()],
      [instant.getUTCHours(), instant.getUTCMinutes(), instant.getUTCDate()],
    )
    t.strictSame(fromWallClock(wall), instant)
    t.strictSame(await fromOutBind(wall, 'time'), instant)
  }
  t.equal(fromWallClock(null), null)
  t.equal(toWallClock('text'), 'text')
})

t.test('CLOBs are read as text', async (t) => {
  const handle = fetchTypeHandler(oracledb)
  t.strictSame(handle({ dbType: DB_TYPE_CLOB }), { type: DB_TYPE_VARCHAR })
  t.equal(handle({ dbType: DB_TYPE_NUMBER }), undefined)
  t.equal(await fromOutBind({ getData: async () => 'long' }, 'longtext'), 'long')
  t.equal(await fromOutBind(undefined, 'longtext'), null)
})
