import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { startRabbitmq } from '@lifeline/testing/rabbitmq'
import t from 'tap'

const PROBE = fileURLToPath(new URL('publish-once.ts', import.meta.url))

const server = await startRabbitmq({ tls: true })
t.after(() => server.dispose())
const { url, caFile } = server.tls ?? { url: '', caFile: '' }
const env: NodeJS.ProcessEnv = { ...process.env, NODE_EXTRA_CA_CERTS: '' }

/** Node reads its authorities when it starts, so each of these is a process. */
async function publishOnce(url: string, env: NodeJS.ProcessEnv) {
  const { stdout } = await promisify(execFile)(process.execPath, [PROBE, url], { env })
  return JSON.parse(stdout)
}

t.test('amqps: the certificate and the host name are verified', { jobs: 3 }, async (t) => {
  const [right, unknown, otherHost] = await Promise.all([
    publishOnce(url, { ...env, NODE_EXTRA_CA_CERTS: caFile }),
    publishOnce(url, env),
    publishOnce(url.replace('localhost', '127.0.0.1'), { ...env, NODE_EXTRA_CA_CERTS: caFile }),
  ])
  t.match(right, { outcome: 'confirmed', handled: true, health: { connected: true } })
  t.match(unknown, { outcome: 'failed', handled: false, health: { connected: false, detail: /certificate/ } })
  t.match(otherHost, { outcome: 'failed', handled: false, health: { connected: false, detail: /127\.0\.0\.1 is not in the cert/ } })
})
