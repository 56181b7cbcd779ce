import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { createRequire } from 'node:module'
import type { AddressInfo } from 'node:net'
import type { TestScope } from '@lifeline/testing/test-scope'

interface StoredEmail {
  messageId: string
  from: string
  destination: { to: string[] }
  subject: string
  body: { text?: string; html?: string }
  headers: { name: string; value: string }[]
}

// It belongs to packages/testing.
const { default: serve } = createRequire(import.meta.resolve('@lifeline/testing/databases'))('aws-ses-v2-local') as {
  default: (config: { host: string; port: number }) => Promise<Server>
}

/** SES v2 as its npm imitation speaks it. One store a process. */
export async function startLocalSes(t: TestScope) {
  const server = await serve({ host: '127.0.0.1', port: 0 })
  t.after(() => close(server))
  const endpoint = endpointOf(server)
  return {
    mailUrl: `ses://eu-west-1?endpoint=${endpoint}`,
    async emails(): Promise<StoredEmail[]> {
      const response = await fetch(`${endpoint}/store`)
      const store = (await response.json()) as { emails: StoredEmail[] }
      return store.emails
    },
  }
}

/** SES v2 that answers every request alike. */
export async function startSesThat(t: TestScope, answer: (request: IncomingMessage, response: ServerResponse) => void) {
  const server = createServer(answer).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => close(server))
  return `ses://eu-west-1?endpoint=${endpointOf(server)}`
}

const endpointOf = (server: Server) => `http://127.0.0.1:${(server.address() as AddressInfo).port}`

function close(server: Server) {
  server.closeAllConnections()
  server.close()
}

/** The SDK signs what it sends; nobody checks it here. */
export function useTestCredentials() {
  Object.assign(process.env, { AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test', AWS_EC2_METADATA_DISABLED: 'true' })
}
