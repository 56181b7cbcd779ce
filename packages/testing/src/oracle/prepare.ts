import './wire/install.ts'
import { randomBytes } from 'node:crypto'
import { createH2Database } from './h2/databases.ts'
import { startH2Server } from './h2/start-server.ts'
import { makeMigrated } from './migrated.ts'
import { createOrafceDatabase, dropOrafceDatabase, orafceServer } from './postgres/databases.ts'
import { H2_SERVICE, oracleUrl, POSTGRES_SERVICE } from './wire/engine-address.ts'

/** Starts the H2 server of this run, with one migrated database to copy from. */
export async function prepareOracleH2(quiet: Promise<void>) {
  const server = await startH2Server()
  const template = `${H2_SERVICE}template`
  try {
    await quiet
    await createH2Database(server.port, template)
    await makeMigrated(oracleUrl(server.port, template))
  } catch (error) {
    await server.dispose()
    throw error
  }
  return { env: { TEST_ORACLE_H2_PORT: String(server.port) }, stop: () => server.dispose() }
}

/** A PostgreSQL with orafce, with one migrated database to copy from. `running` is the run's own server, if it has one. */
export async function prepareOraclePg(running: string | undefined) {
  const server = await orafceServer(running)
  const template = `${POSTGRES_SERVICE}template-${randomBytes(4).toString('hex')}`
  const stop = async () => {
    await dropOrafceDatabase(server.url, template)
    await server.dispose()
  }
  try {
    await createOrafceDatabase(server.url, template)
    await makeMigrated(oracleUrl(new URL(server.url).port, template))
  } catch (error) {
    await stop()
    throw error
  }
  return { env: { TEST_ORACLE_PG_URL: server.url, TEST_ORACLE_PG_TEMPLATE: template }, stop }
}
