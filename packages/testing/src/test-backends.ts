import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { addVhostsByManagement, removeVhostsByManagement } from './management-vhosts.ts'
import { prepareOracleH2, prepareOraclePg } from './oracle/prepare.ts'
import { findOracle } from './oracle/real/find-oracle.ts'
import { startPostgres } from './postgres.ts'
import { startRabbitmq } from './rabbitmq.ts'
import { dropDatabase, makePgliteTemplate, makeTemplateDatabase } from './template-databases.ts'
import type { TestEnvironment } from './test-environment.ts'

/** Virtual hosts made beforehand; the broker needs one second for forty, four for eighty. */
const VHOSTS = 80

export interface TestBackends {
  environment: Partial<TestEnvironment>
  /** What the summary must say of what could not be tested. */
  notes: string[]
  stop(): Promise<void>
}

/** Starts what the suites share, all at once. If one of them cannot be had, stops the others and throws. */
export async function startBackends(runFolder: string): Promise<TestBackends> {
  const pglite = preparePglite(runFolder)
  // PGlite keeps this process busy for seconds, in which connections to the others would time out.
  const quiet = pglite.then(
    () => {},
    () => {},
  )
  const parts: Promise<Part>[] = [pglite, preparePostgresAndOrafce(quiet), prepareRabbitmq(), prepareOracleH2(quiet), prepareOracle()]
  const started = await Promise.allSettled(parts)
  const ready = started.flatMap((part) => (part.status === 'fulfilled' ? [part.value] : []))
  const stop = async () => void (await Promise.all(ready.map((part) => part.stop())))
  const failures = started.flatMap((part) => (part.status === 'rejected' ? [part.reason] : []))
  if (failures.length > 0) {
    await stop()
    throw new AggregateError(failures)
  }
  const environment = Object.assign({ TEST_RUN_FOLDER: runFolder }, ...ready.map((part) => part.env))
  return { environment, notes: ready.flatMap((part) => part.notes ?? []), stop }
}

interface Part {
  env: Partial<TestEnvironment>
  notes?: string[]
  stop(): Promise<void>
}

async function prepareOracle(): Promise<Part> {
  const { url, note, stop } = await findOracle()
  return { env: url === undefined ? {} : { TEST_ORACLE_URL: url }, notes: [note], stop }
}

/** orafce goes into the run's own server, unless that is somebody else's. */
async function preparePostgresAndOrafce(quiet: Promise<void>): Promise<Part> {
  const postgres = await preparePostgres(quiet)
  try {
    const own = process.env.TEST_DATABASE_URL === undefined ? postgres.env.TEST_DATABASE_URL : undefined
    const orafce = await prepareOraclePg(own)
    const stop = async () => {
      await orafce.stop()
      await postgres.stop()
    }
    return { env: { ...postgres.env, ...orafce.env }, stop }
  } catch (error) {
    await postgres.stop()
    throw error
  }
}

async function preparePglite(runFolder: string) {
  const template = join(runFolder, 'pglite-template')
  await makePgliteTemplate(template)
  return { env: { TEST_PGLITE_TEMPLATE: template }, stop: async () => {} }
}

async function preparePostgres(quiet: Promise<void>) {
  const given = process.env.TEST_DATABASE_URL
  const server = given === undefined ? await startPostgres() : { url: given, dispose: async () => {} }
  const template = `lifeline_template_${randomBytes(4).toString('hex')}`
  const stop = async () => {
    if (given !== undefined) await dropDatabase(given, template)
    await server.dispose()
  }
  try {
    await quiet
    await makeTemplateDatabase(server.url, template)
  } catch (error) {
    await stop().catch(() => {})
    if (given === undefined) throw error
    throw new Error(`No databases can be made at TEST_DATABASE_URL: ${error instanceof Error ? error.message : error}`, { cause: error })
  }
  return { env: { TEST_DATABASE_URL: server.url, TEST_DATABASE_TEMPLATE: template }, stop }
}

async function prepareRabbitmq() {
  const given = process.env.TEST_BROKER_URL
  const prefix = `test-${randomBytes(4).toString('hex')}`
  const vhosts = Array.from({ length: VHOSTS }, (_, i) => `${prefix}-${i + 1}`)
  if (given !== undefined) {
    await addVhostsByManagement(given, vhosts)
    return { env: { TEST_BROKER_URL: given, TEST_BROKER_VHOSTS: vhosts.join() }, stop: () => removeVhostsByManagement(given, vhosts) }
  }
  const server = await startRabbitmq()
  try {
    await server.addVhost(...vhosts)
  } catch (error) {
    await server.dispose()
    throw error
  }
  return { env: { TEST_BROKER_URL: server.url, TEST_BROKER_VHOSTS: vhosts.join() }, stop: () => server.dispose() }
}
