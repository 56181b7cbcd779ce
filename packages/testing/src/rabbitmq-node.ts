import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { makeCertificates } from './certificates.ts'
import { giveAway } from './unprivileged-user.ts'

export interface NodePorts {
  amqp: number
  amqps?: number
  /** Where rabbitmqctl talks to the node. */
  distribution: number
  /** Of the node's own name server (epmd). */
  names: number
}

/** One core's worth of schedulers more would not help, and busy waiting would take the cores from the tests. */
const ERLANG = '+S 2:2 +sbwt none +sbwtdcpu none +sbwtdio none'
/** Without this the distribution port listens on all addresses. */
const LOOPBACK = '-kernel inet_dist_use_interface {127,0,0,1}'

/** Writes what a node needs below `folder`; with `env` it reads nothing else, and least of all /etc/rabbitmq. */
export async function layOutNode(folder: string, ports: NodePorts): Promise<{ env: NodeJS.ProcessEnv; caFile?: string }> {
  const conf = join(folder, 'conf')
  for (const name of ['home', 'mnesia', 'conf']) {
    mkdirSync(join(folder, name), { mode: 0o700 })
    giveAway(join(folder, name))
  }
  const write = (name: string, lines: string[]) => {
    writeFileSync(join(conf, name), `${lines.join('\n')}\n`)
    giveAway(join(conf, name))
    return join(conf, name)
  }
  const certificates = ports.amqps === undefined ? undefined : await makeCertificates(folder)
  const tls = certificates && [
    `listeners.ssl.1 = 127.0.0.1:${ports.amqps}`,
    `ssl_options.cacertfile = ${certificates.caFile}`,
    `ssl_options.certfile = ${certificates.certFile}`,
    `ssl_options.keyfile = ${certificates.keyFile}`,
    'ssl_options.verify = verify_none',
  ]
  const settings = write('rabbitmq.conf', [
    `listeners.tcp.1 = 127.0.0.1:${ports.amqp}`,
    'log.console = true',
    'log.console.level = warning',
    'log.file = false',
    'disk_free_limit.absolute = 50MB',
    'vm_memory_high_watermark.absolute = 1GB',
    ...(tls ?? []),
  ])
  const env = {
    PATH: process.env.PATH,
    LANG: 'C.UTF-8',
    // Holds the cookie that node and rabbitmqctl must share.
    HOME: join(folder, 'home'),
    RABBITMQ_NODENAME: `t${ports.amqp}@localhost`,
    RABBITMQ_MNESIA_BASE: join(folder, 'mnesia'),
    RABBITMQ_LOG_BASE: folder,
    RABBITMQ_PID_FILE: join(folder, 'rabbitmq.pid'),
    RABBITMQ_CONF_ENV_FILE: write('rabbitmq-env.conf', []),
    RABBITMQ_CONFIG_FILE: settings,
    RABBITMQ_ADVANCED_CONFIG_FILE: write('advanced.config', ['[].']),
    RABBITMQ_ENABLED_PLUGINS_FILE: write('enabled_plugins', ['[].']),
    RABBITMQ_GENERATED_CONFIG_DIR: join(conf, 'generated'),
    RABBITMQ_NODE_PORT: String(ports.amqp),
    RABBITMQ_DIST_PORT: String(ports.distribution),
    ERL_EPMD_PORT: String(ports.names),
    ERL_EPMD_ADDRESS: '127.0.0.1',
    RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS: `${ERLANG} ${LOOPBACK}`,
    // Makes the script `exec` Erlang. Otherwise a signal kills the script alone, and the broker lives on.
    RUNNING_UNDER_SYSTEMD: 'true',
  }
  return certificates === undefined ? { env } : { env, caFile: certificates.caFile }
}
