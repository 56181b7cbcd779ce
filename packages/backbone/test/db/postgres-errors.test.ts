import { postgresError } from '@lifeline/backbone/db/dialect/postgres-errors'
import { DatabaseRefusedError, DatabaseUnavailableError, DeadlockError } from '@lifeline/backbone/db/errors'
import { databaseError } from '@lifeline/backbone/db/transaction'
import t from 'tap'

const raised = (code: string | undefined, message = 'something') => Object.assign(new Error(message), code === undefined ? {} : { code })

t.test('who is not let in is told what to look at', async (t) => {
  const refusals: [Error, RegExp][] = [
    [raised('28P01'), /no such user and password/],
    [raised('28000'), /let this user in/],
    [raised('3D000'), /no such database/],
    [raised('42501'), /no right/],
    [raised('DEPTH_ZERO_SELF_SIGNED_CERT'), /NODE_EXTRA_CA_CERTS/],
    [raised('ERR_TLS_CERT_ALTNAME_INVALID'), /NODE_EXTRA_CA_CERTS/],
    [raised(undefined, 'SASL: SCRAM-SERVER-FIRST-MESSAGE: client password must be a string'), /asks for a password/],
    [raised(undefined, 'The server does not support SSL connections'), /does not speak TLS/],
  ]
  for (const [error, sentence] of refusals) {
    const named = postgresError(error)
    t.ok(named instanceof DatabaseRefusedError, error.message)
    t.match(named, { message: sentence, cause: error, retry: true })
    t.equal(databaseError(named), named, 'named once')
  }
})

t.test('a server that is away, full or starting is unavailable; two that block each other are run again', async (t) => {
  for (const error of [
    raised('53300'),
    raised('57P03'),
    raised('08006'),
    raised('ECONNREFUSED'),
    raised(undefined, 'Connection terminated'),
  ]) {
    const named = postgresError(error)
    t.ok(named instanceof DatabaseUnavailableError && !(named instanceof DatabaseRefusedError), error.message)
  }
  for (const code of ['40P01', '40001']) t.ok(postgresError(raised(code)) instanceof DeadlockError, code)
})

t.test('anything else comes back as it was', async (t) => {
  for (const error of [raised('42P01'), raised(undefined, 'a certificate in a text'), 'text', undefined])
    t.equal(databaseError(error), error)
})
