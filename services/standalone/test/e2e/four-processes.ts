import { freshVhost } from '@lifeline/testing/brokers'
import { databaseEnvironment, type Engine } from '@lifeline/testing/databases'
import { type MailServer, startMailServer } from '@lifeline/testing/mail-server'
import { type StartedProcess, startProcess } from '@lifeline/testing/processes'
import type { TestScope } from '@lifeline/testing/test-scope'

export const SERVICES = ['api', 'coordinator', 'notifier', 'clock'] as const
export type Service = (typeof SERVICES)[number]

const API_KEY = 'llk_e2e_0123456789abcdef0123456789abcdef'

// biome-ignore lint/suspicious/noExplicitAny: an answer is whatever the server says; the assertions look at it.
type Json = any

export interface Installation {
  mails: MailServer
  process(service: Service): StartedProcess
  /** Starts a service; the one that runs under this name must have been stopped. */
  start(service: Service): Promise<StartedProcess>
  /** A request as a user would send it. */
  call(
    method: string,
    path: string,
    body?: unknown,
    headers?: Record<string, string>,
  ): Promise<{ status: number; headers: Headers; json: Json }>
  /** The `/metrics` of a service as text. */
  metrics(service: Service): Promise<string>
}

interface InstallationOptions {
  brokerUrl?: string
  engine?: Engine
}

/** The four services as processes of their own on a real database and RabbitMQ, with a mail server that keeps what it gets. */
export async function startInstallation(t: TestScope, { brokerUrl, engine = 'postgres' }: InstallationOptions = {}): Promise<Installation> {
  const mails = await startMailServer(t)
  const shared = {
    ...(await databaseEnvironment(t, engine)),
    BROKER_URL: brokerUrl ?? (await freshVhost(t)),
    HOST: '127.0.0.1',
    LIFELINE_SECRET: 'a secret of tests, for nothing that lasts',
  }
  const own: Record<Service, Record<string, string>> = {
    api: { PORT: '0', LIFELINE_API_KEY: API_KEY },
    coordinator: { OPS_PORT: '0' },
    notifier: { OPS_PORT: '0', MAIL_URL: mails.url, PUBLIC_URL: 'https://lifeline.example.org', TIME_ZONE: 'Europe/Berlin' },
    clock: { OPS_PORT: '0' },
  }
  const processes = new Map<Service, StartedProcess>()
  const urls = new Map<Service, string>()
  const start = async (service: Service) => {
    const started = startProcess(t, `services/${service}/src/main.ts`, { ...shared, ...own[service] })
    processes.set(service, started)
    const line = await started.ready()
    urls.set(service, typeof line.url === 'string' ? line.url : `http://127.0.0.1:${line.opsPort}`)
    return started
  }
  const urlOf = (service: Service) => urls.get(service) ?? ''
  await Promise.all(SERVICES.map(start))
  return {
    mails,
    start,
    process(service) {
      const found = processes.get(service)
      if (found === undefined) throw new Error(`${service} was never started.`)
      return found
    },
    async call(method, path, body, headers = {}) {
      const response = await fetch(`${urlOf('api')}${path}`, {
        method,
        headers: { authorization: `Bearer ${API_KEY}`, ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      })
      const text = await response.text()
      return { status: response.status, headers: response.headers, json: text === '' ? undefined : JSON.parse(text) }
    },
    async metrics(service) {
      return await (await fetch(`${urlOf(service)}/metrics`)).text()
    },
  }
}

/** The value of a counter's line that starts with `series`, or 0 when there is none yet. */
export function sampleOf(metrics: string, series: string): number {
  const line = metrics.split('\n').find((text) => text.startsWith(series))
  return line === undefined ? 0 : Number(line.slice(line.lastIndexOf(' ') + 1))
}
