import type { AddressInfo } from 'node:net'
import { type AppOptions, buildApp } from './app.ts'
import { type HttpVariables, httpSettings } from './http-settings.ts'

export interface ApiOptions extends Omit<AppOptions, 'publicUrl' | 'http'> {
  config: { HOST: string; PORT: number; PUBLIC_URL?: string | undefined } & Partial<HttpVariables>
}

/** Requests in hand get this long at the end; then their connections are cut. Ctrl-C must end everything within two seconds. */
const CLOSE_MS = 1_000

/** Serves the API. Resolves when it listens; PORT 0 takes a free port. `url` is how this machine reaches it. */
export async function startApi({ config, ...options }: ApiOptions) {
  const app = await buildApp({ ...options, publicUrl: config.PUBLIC_URL, http: httpSettings(config) })
  await app.listen({ host: config.HOST, port: config.PORT })
  const { port } = app.server.address() as AddressInfo
  return {
    url: `http://${hostInUrl(config.HOST)}:${port}`,
    async close() {
      const cut = setTimeout(() => app.server.closeAllConnections(), CLOSE_MS)
      await app.close()
      clearTimeout(cut)
    },
  }
}

function hostInUrl(host: string): string {
  if (host === '0.0.0.0' || host === '::') return 'localhost'
  return host.includes(':') ? `[${host}]` : host
}
