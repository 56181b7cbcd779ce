import { installPackages } from './apt-packages.ts'
import { startDockerRabbitmq } from './rabbitmq-docker.ts'
import { findRabbitmq, startInstalledRabbitmq } from './rabbitmq-installed.ts'

export interface RabbitmqOptions {
  /** Also listens for amqps, with a certificate for `localhost` only. */
  tls?: boolean
}

export interface RabbitmqServer {
  /** The default virtual host; put `/name` behind it for another. */
  url: string
  port: number
  /** Holds everything it writes; absent in Docker. */
  folder?: string
  /** With `tls`: the amqps address, and the file of the authority that signed its certificate. */
  tls?: { url: string; caFile: string }
  stop(): Promise<void>
  kill9(): Promise<void>
  /** After stop or kill9: the same data on the same ports. */
  start(): Promise<void>
  /** Its connections stay open and nothing answers. */
  freeze(): Promise<void>
  thaw(): Promise<void>
  /** Runs rabbitmqctl against it and answers what it printed. */
  ctl(...args: string[]): Promise<string>
  /** One call for many is much quicker than many calls. */
  addVhost(...names: string[]): Promise<void>
  /** Stops it and removes its data. */
  dispose(): Promise<void>
}

/**
 * A private RabbitMQ: an installed one, with data, ports and node name of its own; else one in Docker; else, in CI,
 * one that is installed now.
 */
export async function startRabbitmq(options: RabbitmqOptions = {}): Promise<RabbitmqServer> {
  const installed = findRabbitmq()
  if (installed !== undefined) return await startInstalledRabbitmq(installed, options)
  const inDocker = await startDockerRabbitmq(options)
  if (inDocker !== undefined) return inDocker
  const installedNow = (await installPackages('rabbitmq-server')) ? findRabbitmq() : undefined
  if (installedNow !== undefined) return await startInstalledRabbitmq(installedNow, options)
  throw new Error('There is no RabbitMQ: install rabbitmq-server (apt or brew), start Docker, or set TEST_BROKER_URL.')
}
