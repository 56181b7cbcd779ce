import { type Log, makeLog } from '@lifeline/backbone/process/log'
import { readConfig } from '@lifeline/backbone/process/read-config'
import type { TestScope } from '@lifeline/testing/test-scope'
import { type VirtualClock, virtualClock } from '@lifeline/testing/virtual-clock'
import { StandaloneConfig } from '../src/config.ts'
import { startStandalone } from '../src/start-standalone.ts'

interface Options {
  /** Holds the API key and the mailbox; the database too, unless DATABASE_URL is among the variables. */
  folder: string
  env?: Record<string, string>
  clock?: VirtualClock
  log?: Log
}

/** A mail as /mailbox.json shows it. */
export interface ShownMail {
  id: string
  to: string
  subject: string
  text: string
  at: string
}

/** Everything in this process, on a free port. */
export async function startTestStandalone(
  t: TestScope,
  { folder, env = {}, clock = virtualClock(), log = makeLog('test', 'silent') }: Options,
) {
  const config = readConfig(StandaloneConfig, { PORT: '0', LIFELINE_DATA: folder, ...env })
  const stopping = new AbortController()
  const closers: (() => unknown)[] = []
  const atEnd = (close: () => unknown) => void closers.push(close)
  /** As runProcess does it at a signal. Only the first call does something. */
  const stop = async () => {
    stopping.abort()
    for (const close of closers.splice(0).reverse()) await close()
  }
  t.after(stop)
  const system = await startStandalone({ config, clock, log, signal: stopping.signal, atEnd })
  return { ...system, ...client(system), clock, stop }
}

export function client({ url, apiKey }: { url: string; apiKey: string }) {
  return {
    async call(method: string, path: string, body?: unknown, headers: Record<string, string> = {}) {
      const type = body === undefined ? {} : { 'content-type': 'application/json' }
      const response = await fetch(`${url}${path}`, {
        method,
        headers: { authorization: `Bearer ${apiKey}`, ...type, ...headers },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      })
      // biome-ignore lint/suspicious/noExplicitAny: an answer is whatever the test expects of it.
      return { status: response.status, body: (await response.json()) as any }
    },
    async mails(): Promise<ShownMail[]> {
      return (await (await fetch(`${url}/mailbox.json`)).json()) as ShownMail[]
    },
  }
}
