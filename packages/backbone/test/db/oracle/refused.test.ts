import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { createServer } from 'node:tls'
import { oracleDialect } from '@lifeline/backbone/db/dialect/oracle/open'
import type { Schema } from '@lifeline/backbone/db/schema'
import { databaseError } from '@lifeline/backbone/db/transaction'
import { makeCertificates } from '@lifeline/testing/certificates'
import { type Refusal, startRefusingServer } from '@lifeline/testing/oracle/refusing-server'
import { makeTempFolder, removeTempFolder } from '@lifeline/testing/temp-folder'
import { Kysely, sql } from 'kysely'
import t, { type Test } from 'tap'

// The whole driver, with its network; `services/api/test/cannot-start.test.ts` has the sentences.

async function givenRefusal(t: Test, refusal: Refusal) {
  const server = await startRefusingServer(t, refusal)
  const dialect = oracleDialect(server.url, { connections: 10, onError() {} })
  const db = new Kysely<Schema>({ dialect })
  const ask = () => sql`select 1 "one" from dual`.execute(db).then(() => undefined, databaseError)
  return { db, ask, attempts: server.attempts, counts: () => dialect.poolCounts() }
}

const REFUSALS: readonly (readonly [name: string, Refusal])[] = [
  ['a full server', { listener: 12_516 }],
  ['a server that is starting', { login: 1_033 }],
  ['a wrong password', { login: 1_017 }],
]

for (const [name, refusal] of REFUSALS) {
  t.test(`${name} is asked once for each query, and not at all while nobody asks`, async (t) => {
    const { db, ask, attempts, counts } = await givenRefusal(t, refusal)
    t.match(await ask(), { code: 'database_unavailable' })
    await sleep(300)
    t.equal(attempts(), 1)
    await Promise.all([ask(), ask(), ask()])
    await sleep(300)
    t.equal(attempts(), 4)
    t.strictSame(counts(), { used: 0, idle: 0, waiting: 0 })
    await db.destroy()
  })
}

t.test('a certificate that nobody vouches for is said in a sentence', async (t) => {
  const folder = makeTempFolder('oracle-tls')
  t.after(() => removeTempFolder(folder))
  const { certFile, keyFile } = await makeCertificates(folder)
  const server = createServer({ cert: readFileSync(certFile), key: readFileSync(keyFile) })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => server.close())
  const { port } = server.address() as AddressInfo
  const dialect = oracleDialect(`oracles://lifeline:secret@127.0.0.1:${port}/pdb`, { connections: 10, onError() {} })
  const db = new Kysely<Schema>({ dialect })
  const error = await sql`select 1 "one" from dual`.execute(db).catch(databaseError)
  t.match(error, { name: 'DatabaseRefusedError', message: /TLS.*NODE_EXTRA_CA_CERTS/, cause: { code: 'NJS-506' } })
  await db.destroy()
})

t.test('a server that says nothing is waited for five seconds', async (t) => {
  const { db, ask } = await givenRefusal(t, 'is silent')
  const started = performance.now()
  const errors = await Promise.all([ask(), ask(), ask()])
  for (const error of errors) t.match(error, { code: 'database_unavailable', name: 'DatabaseUnavailableError' })
  t.ok(performance.now() - started < 7_000)
  await db.destroy()
})
