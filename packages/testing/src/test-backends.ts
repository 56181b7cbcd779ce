import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { addVhostsByManagement, removeVhostsByManagement } from './management-vhosts.ts'
import { startPostgres } from './postgres.ts'
import { startRabbitmq } from './rabbitmq.ts'
import { dropDatabase, makePgliteTemplate, makeTemplateDatabase } from './template-databases.ts'
import type { TestEnvironment } from './test-environment.ts'

/** Virtual hosts made beforehand; the broker needs one second for forty, and more than in proportion for more. */
const VHOSTS = 40

export interface TestBackends {
  environment: TestEnvironment
  stop(): Promise<void>
}

/** Starts what the suites share, all at once. If one of them cannot be had, stops the others and throws. */
export async function startBackends(runFolder: string): Promise<TestBackends> {
  const started = await Promise.allSettled([preparePglite(runFolder), preparePostgres(), prepareRabbitmq()])
  const stop = async () => {
    await Promise.all(started.map((part) => (part.status === 'fulfilled' ? part.value.stop() : undefined)))
  }
  const [pglite, postgres, rabbitmq] = started
  if (pglite.status === 'fulfilled' && postgres.status === 'fulfilled' && rabbitmq.status === 'fulfilled') {
    return { environment: { TEST_RUN_FOLDER: runFolder, ...pglite.value.env, ...postgres.value.env, ...rabbitmq.value.env }, stop }
  }
  await stop()
  throw new AggregateError(started.flatMap((part) => (part.status === 'rejected' ? [part.reason] : [])))
}

async function preparePglite(runFolder: string) {
  const template = join(runFolder, 'pglite-template')
  await makePgliteTemplate(template)
  return { env: { TEST_PGLITE_TEMPLATE: template }, stop: async () => {} }
}

async function preparePostgres() {
  const given = process.env.TEST_DATABASE_URL
  const server = given === undefined ? await startPostgres() : { url: given, dispose: async () => {} }
  const template = `lifeline_template_${randomBytes(4).toString('hex')}`
  const stop = async () => {
    if (given !== undefined) await dropDatabase(given, template)
    await server.dispose()
  }
  try {
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
