import { startProcess } from '@lifeline/testing/processes'
import { makeTempFolder, removeTempFolder } from '@lifeline/testing/temp-folder'
import type { TestScope } from '@lifeline/testing/test-scope'

export const KEY = 'llk_test_0123456789abcdef'

/** The whole system as a process of its own, and what a test asks of it. */
export async function givenLifeline(t: TestScope) {
  const folder = makeTempFolder('lifeline-run')
  const system = startProcess(t, 'services/standalone/src/main.ts', { PORT: '0', LIFELINE_DATA: folder, LIFELINE_API_KEY: KEY })
  t.after(() => removeTempFolder(folder))
  const { url } = (await system.ready()) as unknown as { url: string }
  // biome-ignore lint/suspicious/noExplicitAny: an answer is whatever the test expects of it.
  async function call(method: string, path: string, body?: object): Promise<any> {
    const headers = { authorization: `Bearer ${KEY}`, 'content-type': 'application/json' }
    const response = await fetch(`${url}${path}`, { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) })
    if (!response.ok) throw new Error(await response.text())
    return await response.json()
  }
  return {
    url,
    system,
    /** A scheduler, with what it has reported and the runs that ended, newest first. */
    async register(name: string) {
      const { id, pingUrl } = await call('POST', '/schedulers/register', { name, periodSeconds: 3_600, failureTolerance: 9 })
      return {
        pingUrl: pingUrl as string,
        env: { LIFELINE_PING_URL: pingUrl as string },
        show: () => call('GET', `/schedulers/${id}`),
        pings: async () => (await call('GET', `/schedulers/${id}/pings`)).items,
        runs: async () => (await call('GET', `/schedulers/${id}/runs`)).items,
      }
    },
  }
}
