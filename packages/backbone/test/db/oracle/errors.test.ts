import { isDoneBefore, isSessionLost, oracleError } from '@lifeline/backbone/db/dialect/oracle/errors'
import { DatabaseRefusedError, DatabaseUnavailableError, DeadlockError, NotUniqueError } from '@lifeline/backbone/db/errors'
import t from 'tap'

/** An error as oracledb throws it. */
function raised(code: string, message = `${code}: something`): Error {
  const errorNum = /^ORA-(\d+)$/.exec(code)?.[1]
  return Object.assign(new Error(message), { code, ...(errorNum === undefined ? {} : { errorNum: Number(errorNum) }) })
}

const lost = (text: string) =>
  Object.assign(raised('NJS-500', `NJS-500: connection to Oracle Database was closed or broken\n${text}`), { errorNum: 3113 })

t.test('a unique violation names its constraint', async (t) => {
  const of19c = raised('ORA-00001', 'ORA-00001: unique constraint (LIFELINE.tasks_external_ref_key) violated\nHelp: https://…')
  t.match(oracleError(of19c), { constraint: 'tasks_external_ref_key', code: 'not_unique', cause: of19c })
  const of23ai = 'ORA-00001: unique constraint (LIFELINE.TASKS_PKEY) violated on table LIFELINE.tasks columns ("id")'
  const error = oracleError(raised('ORA-00001', of23ai))
  t.ok(error instanceof NotUniqueError)
  t.match(error, { constraint: 'tasks_pkey' })
})

t.test('a deadlock and a transaction that was overtaken are run again', async (t) => {
  for (const code of ['ORA-00060', 'ORA-08177']) t.ok(oracleError(raised(code)) instanceof DeadlockError, code)
})

t.test('a database that is away, full or too busy is unavailable', async (t) => {
  const codes = ['NJS-040', 'NJS-076', 'NJS-123', 'NJS-500', 'NJS-503', 'NJS-510', 'NJS-511', 'NJS-521', 'NJS-530']
  for (const code of [
    ...codes,
    'ORA-01013',
    'ORA-01033',
    'ORA-01034',
    'ORA-03113',
    'ORA-12541',
    'ORA-12520',
    'ORA-30006',
    'ORA-00054',
    'ORA-01653',
    'ORA-02391',
  ]) {
    const error = oracleError(raised(code))
    t.ok(error instanceof DatabaseUnavailableError && !(error instanceof DatabaseRefusedError), code)
  }
})

t.test('who may not log in is told what to look at', async (t) => {
  const sentences: [string, RegExp][] = [
    ['ORA-01017', /no such user and password/],
    ['ORA-28000', /locked/],
    ['ORA-28001', /expired/],
    ['ORA-01045', /CREATE SESSION/],
    ['ORA-12514', /no such service/],
    ['NJS-518', /no such service/],
    ['NJS-519', /service, not a SID/],
    ['NJS-138', /Oracle 19c or later/],
    ['NJS-515', /the host or the service/],
    ['NJS-514', /the host or the service/],
    ['NJS-506', /TLS.*NODE_EXTRA_CA_CERTS/],
    ['NJS-508', /TLS.*NODE_EXTRA_CA_CERTS/],
    ['ORA-01031', /lacks a right/],
    ['ORA-01950', /quota/],
    ['NJS-533', /Native Network Encryption.*TLS/],
    ['ORA-12660', /Native Network Encryption.*TLS/],
  ]
  for (const [code, sentence] of sentences) {
    const error = oracleError(raised(code))
    t.ok(error instanceof DatabaseRefusedError, code)
    t.match(error, { message: sentence, retry: true, code: 'database_unavailable' }, code)
  }
})

t.test('the listener’s own error behind one of oracledb counts', async (t) => {
  const refused = raised('NJS-503', 'NJS-503: connection to host db port 1521 could not be established.\nORA-12514: no service')
  t.match(oracleError(refused), { name: 'DatabaseRefusedError' })
  t.match(oracleError(raised('NJS-511', 'NJS-511: refused. Cause: ORA-12516')), { name: 'DatabaseUnavailableError' })
})

t.test('anything else comes back as it was', async (t) => {
  for (const error of [
    raised('ORA-00942'),
    raised('ORA-02290'),
    raised('ORA-12899'),
    raised('NJS-098'),
    new Error('x'),
    'text',
    undefined,
  ]) {
    t.equal(oracleError(error), error)
  }
})

t.test('only a lost session takes its connection with it', async (t) => {
  for (const error of [
    lost('ORA-03113: end-of-file'),
    raised('NJS-003'),
    raised('NJS-501'),
    raised('NJS-513'),
    raised('ORA-01012'),
    raised('ORA-00028'),
  ]) {
    t.ok(isSessionLost(error), error.message)
  }
  for (const error of [raised('ORA-00001'), raised('ORA-00060'), raised('NJS-123'), raised('NJS-040'), new Error('x'), undefined]) {
    t.notOk(isSessionLost(error))
  }
})

t.test('a migration’s step that was done before says so', async (t) => {
  for (const code of ['ORA-00955', 'ORA-01430', 'ORA-02264', 'ORA-02260', 'ORA-02275'])
    t.ok(isDoneBefore(raised(code), 'create table "x"'), code)
  for (const statement of ['drop table "x"', 'drop index "x"', 'alter table "x" drop column "y"']) {
    t.ok(isDoneBefore(raised('ORA-00942'), statement), statement)
  }
  t.notOk(isDoneBefore(raised('ORA-00942'), 'create index "i" on "x" ("y")'))
  t.notOk(isDoneBefore(raised('ORA-00001'), 'insert into "x" …'))
})
