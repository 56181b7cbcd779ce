import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { makeCertificates } from './certificates.ts'
import { freePorts } from './free-ports.ts'
import { amqpAnswers } from './port-answers.ts'
import type { RabbitmqOptions, RabbitmqServer } from './rabbitmq.ts'
import { addVhostsExpression } from './rabbitmq-vhosts.ts'
import { makeTempFolder, removeTempFolder } from './temp-folder.ts'

const IMAGE = 'rabbitmq:4-management'
const START_MS = 90_000

/**
 * The same in Docker; undefined when there is none. Written without one at hand: it has been type-checked only.
 * Testcontainers' own companion removes the container when this process dies.
 */
export async function startDockerRabbitmq({ tls = false }: RabbitmqOptions): Promise<RabbitmqServer | undefined> {
  // Loaded here, because it takes half a second and most machines have no need of it.
  const { GenericContainer, getContainerRuntimeClient, Wait } = await import('testcontainers')
  const docker = await getContainerRuntimeClient().catch(() => undefined)
  if (docker === undefined) return undefined
  const folder = makeTempFolder('rabbitmq')
  // Fixed ports: they must be the same after a stop and a start.
  const [amqp, amqps] = (await freePorts(2)) as [number, number]
  let image = new GenericContainer(IMAGE)
    .withExposedPorts({ container: 5672, host: amqp }, ...(tls ? [{ container: 5671, host: amqps }] : []))
    .withWaitStrategy(Wait.forLogMessage(/Server startup complete/))
    .withStartupTimeout(START_MS)
  const certificates = tls ? await makeCertificates(folder) : undefined
  if (certificates !== undefined) {
    const conf = [
      'listeners.tcp.default = 5672',
      'listeners.ssl.default = 5671',
      'loopback_users = none',
      'ssl_options.cacertfile = /certificates/ca.pem',
      'ssl_options.certfile = /certificates/server.pem',
      'ssl_options.keyfile = /certificates/server.key',
      'ssl_options.verify = verify_none',
    ]
    image = image.withCopyContentToContainer([
      { content: `${conf.join('\n')}\n`, target: '/etc/rabbitmq/rabbitmq.conf' },
      { content: readFileSync(certificates.caFile), target: '/certificates/ca.pem' },
      { content: readFileSync(certificates.certFile), target: '/certificates/server.pem' },
      { content: readFileSync(certificates.keyFile), target: '/certificates/server.key', mode: 0o644 },
    ])
  }
  const container = await image.start()
  const raw = docker.container.getById(container.getId())
  const ctl = async (...args: string[]) => {
    const { output, exitCode } = await container.exec(['rabbitmqctl', '-q', ...args])
    if (exitCode !== 0) throw new Error(`rabbitmqctl ${args[0]} failed: ${output}`)
    return output
  }
  return {
    url: `amqp://guest:guest@127.0.0.1:${amqp}`,
    port: amqp,
    ...(certificates === undefined ? {} : { tls: { url: `amqps://guest:guest@localhost:${amqps}`, caFile: certificates.caFile } }),
    stop: () => raw.stop(),
    kill9: () => raw.kill({ signal: 'SIGKILL' }),
    async start() {
      await raw.start()
      for (const giveUpAt = Date.now() + START_MS; !(await amqpAnswers(amqp)); await sleep(100)) {
        if (Date.now() > giveUpAt) throw new Error('RabbitMQ in Docker was not ready in time.')
      }
    },
    freeze: () => raw.pause(),
    thaw: () => raw.unpause(),
    ctl,
    addVhost: async (...names) => void (await ctl('eval', addVhostsExpression(names))),
    async dispose() {
      await container.stop()
      removeTempFolder(folder)
    },
  }
}
