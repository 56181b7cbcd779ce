import { oracleAddress } from '@lifeline/backbone/db/dialect/oracle/open'
import { checkTimeZone } from '@lifeline/backbone/db/dialect/oracle/time-zone'
import { openDatabase } from '@lifeline/backbone/db/open'
import t from 'tap'

t.test('a URL names user, password, host, port and service', async (t) => {
  t.strictSame(oracleAddress('oracle://life:secret@db.example.org:1522/LIFEPDB'), {
    user: 'life',
    password: 'secret',
    connectString: 'db.example.org:1522/LIFEPDB',
  })
  t.strictSame(oracleAddress('oracle://a%40b:p%2Fw%3A@db/pdb.example.org'), {
    user: 'a@b',
    password: 'p/w:',
    connectString: 'db:1521/pdb.example.org',
  })
})

t.test('oracles:// is TLS; options of the connect string go through', async (t) => {
  const { connectString } = oracleAddress('oracles://u:p@db/pdb?ssl_server_dn_match=on')
  t.equal(connectString, 'tcps://db:2484/pdb?ssl_server_dn_match=on')
})

t.test('what a URL lacks is said, and no password is', async (t) => {
  const wrong: [string, RegExp][] = [
    ['oracle://db:1521/pdb', /it has no user and no password\.$/],
    ['oracle://u@db/pdb', /it has no password\.$/],
    ['oracle://u:secret@db', /it has no service\.$/],
    ['oracle://u:secret@db:port/pdb', /1521\/service\.$/],
    ['oracle:', /it has no user and no password and no host and no service/],
  ]
  for (const [url, sentence] of wrong) {
    const error = await openDatabase(url).catch((error: unknown) => error)
    t.match(error, { code: 'bad_config', message: sentence }, url)
    t.notMatch((error as Error).message, 'secret')
  }
})

t.test('a zone whose clocks skip hours is refused', async (t) => {
  t.doesNotThrow(() => checkTimeZone(), 'the zone of the tests')
  const summerTime = (instant: Date) => (instant.getUTCMonth() > 3 && instant.getUTCMonth() < 10 ? -120 : -60)
  t.throws(() => checkTimeZone(summerTime), { code: 'bad_config', message: /set the environment variable TZ to UTC/ })
})
