import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { freePorts } from './free-ports.ts'
import { findInstalled } from './installed-program.ts'
import { amqpAnswers, answers } from './port-answers.ts'
import type { RabbitmqOptions, RabbitmqServer } from './rabbitmq.ts'
import { layOutNode } from './rabbitmq-node.ts'
import { addVhostsExpression } from './rabbitmq-vhosts.ts'
import { type ServerProcess, startServerProcess } from './server-process.ts'
import { makeTempFolder, removeTempFolder } from './temp-folder.ts'
import { UNPRIVILEGED } from './unprivileged-user.ts'

export interface RabbitmqPrograms {
  server: string
  ctl: string
  epmd: string
}

/** The scripts themselves: Debian's wrappers in PATH refuse every user but root and rabbitmq. */
const SCRIPTS = ['/usr/lib/rabbitmq/bin', '/opt/homebrew/opt/rabbitmq/sbin', '/usr/local/opt/rabbitmq/sbin']
const ERLANG = ['/usr/lib/erlang/bin', '/usr/lib64/erlang/bin', '/opt/homebrew/opt/erlang/bin', '/usr/local/opt/erlang/bin']

export function findRabbitmq(): RabbitmqPrograms | undefined {
  const server = findInstalled('rabbitmq-server', SCRIPTS)
  const ctl = findInstalled('rabbitmqctl', SCRIPTS)
  const epmd = findInstalled('epmd', ERLANG)
  return server && ctl && epmd ? { server, ctl, epmd } : undefined
}

export async function startInstalledRabbitmq(programs: RabbitmqPrograms, { tls = false }: RabbitmqOptions): Promise<RabbitmqServer> {
  const folder = makeTempFolder('rabbitmq')
  let epmd: ServerProcess | undefined
  let server: ServerProcess | undefined
  const running = () => server ?? fail()
  const dispose = async () => {
    server?.signal('SIGCONT')
    await Promise.all([server?.end('SIGKILL'), epmd?.end('SIGKILL')])
    removeTempFolder(folder)
  }
  try {
    const [amqp, amqps, distribution, names] = (await freePorts(4)) as [number, number, number, number]
    const node = await layOutNode(folder, { amqp, ...(tls ? { amqps } : {}), distribution, names })
    const common = { env: node.env, folder, logFile: join(folder, 'log') }
    // Erlang's name server, in the foreground: left to itself, the broker starts one that outlives it.
    const args = ['-port', String(names), '-address', '127.0.0.1']
    epmd = await startServerProcess({ ...common, name: 'epmd', command: programs.epmd, args, isReady: () => answers(names) })
    const start = async () => {
      const isReady = () => amqpAnswers(amqp)
      server = await startServerProcess({ ...common, name: 'RabbitMQ', command: programs.server, args: [], isReady })
    }
    const ctl = async (...args: string[]) => {
      const { stdout } = await promisify(execFile)(programs.ctl, ['-q', ...args], { env: node.env, cwd: folder, ...UNPRIVILEGED })
      return stdout
    }
    await start()
    return {
      url: `amqp://guest:guest@127.0.0.1:${amqp}`,
      port: amqp,
      folder,
      ...(node.caFile === undefined ? {} : { tls: { url: `amqps://guest:guest@localhost:${amqps}`, caFile: node.caFile } }),
      stop: () => running().end('SIGTERM'),
      kill9: () => running().end('SIGKILL'),
      start,
      async freeze() {
        running().signal('SIGSTOP')
        // On a busy machine its threads stop one after the other, and one of them may still confirm what comes meanwhile.
        await sleep(200)
      },
      thaw: async () => running().signal('SIGCONT'),
      ctl,
      addVhost: async (...vhosts) => void (await ctl('eval', addVhostsExpression(vhosts))),
      dispose,
    }
  } catch (error) {
    await dispose()
    throw error
  }
}

function fail(): never {
  throw new Error('RabbitMQ was not started.')
}
