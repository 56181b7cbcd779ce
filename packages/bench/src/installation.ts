import type { Bench } from './bench.ts'
import { type MailSink, startMailSink } from './mail-sink.ts'
import { type Service, startApi, startService } from './services.ts'

export interface Installation {
  databaseUrl: string
  brokerUrl: string
  mails: MailSink
  services: { api: Service; coordinator: Service; notifier: Service; clock: Service }
}

/** All four processes on a database and a virtual host of their own, with a mail server that forgets what it gets. */
export async function startInstallation(bench: Bench): Promise<Installation> {
  const mails = await startMailSink(bench.scope)
  const [databaseUrl, brokerUrl] = [await bench.databases.empty(), await bench.vhost()]
  const env = { DATABASE_URL: databaseUrl, BROKER_URL: brokerUrl }
  // One after the other, so that the time each takes to start is its own.
  const services = {
    api: await startApi(bench, env),
    coordinator: await startService(bench, 'services/coordinator/src/main.ts', env),
    notifier: await startService(bench, 'services/notifier/src/main.ts', { ...env, MAIL_URL: mails.url }),
    clock: await startService(bench, 'services/clock/src/main.ts', env),
  }
  return { databaseUrl, brokerUrl, mails, services }
}
