export interface RealOracle {
  /** Of an account that may make users; undefined when there is no Oracle. */
  url: string | undefined
  /** A sentence for the summary: what the tests ran on, or why not. */
  note: string
  stop(): Promise<void>
}

const IMAGE = 'gvenzl/oracle-free:23-slim-faststart'
const PASSWORD = 'lifeline-tests'

/** ORACLE_TEST_URL, else a container where Docker answers, else none: the only backend of the tests that may be absent. */
export async function findOracle(): Promise<RealOracle> {
  const given = process.env.ORACLE_TEST_URL
  if (given !== undefined) return { url: given, note: 'Real Oracle: tested, on ORACLE_TEST_URL.', stop: async () => {} }
  // Loaded here, because it takes half a second and most machines have no need of it.
  const testcontainers = await import('testcontainers')
  if ((await testcontainers.getContainerRuntimeClient().catch(() => undefined)) === undefined) {
    return { url: undefined, note: 'Real Oracle: NOT tested (no ORACLE_TEST_URL, and Docker does not answer).', stop: async () => {} }
  }
  try {
    return await startContainer(testcontainers)
  } catch (error) {
    const why = error instanceof Error ? error.message.split('\n')[0] : error
    return { url: undefined, note: `Real Oracle: NOT tested (its container did not start: ${why}).`, stop: async () => {} }
  }
}

/** Written without Docker at hand: it has been type-checked only. */
async function startContainer({ GenericContainer, Wait }: typeof import('testcontainers')): Promise<RealOracle> {
  const container = await new GenericContainer(IMAGE)
    .withEnvironment({ ORACLE_PASSWORD: PASSWORD })
    .withExposedPorts(1521)
    .withWaitStrategy(Wait.forLogMessage('DATABASE IS READY TO USE!'))
    .withStartupTimeout(300_000)
    .start()
  const url = `oracle://system:${PASSWORD}@${container.getHost()}:${container.getMappedPort(1521)}/FREEPDB1`
  return { url, note: `Real Oracle: tested, on ${IMAGE}.`, stop: async () => void (await container.stop()) }
}
