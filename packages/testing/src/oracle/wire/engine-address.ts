import { openH2Session } from '../h2/open-session.ts'
import { openPostgresSession } from '../postgres/open-session.ts'
import { OracleError, type Session } from '../session.ts'

/** The service names of engines that stand in for Oracle start so. Any other service is a real Oracle. */
export const H2_SERVICE = 'h2-'
export const POSTGRES_SERVICE = 'pg-'

/** An engine that answers everything at once with nothing, for measurements. */
export const NULL_SERVICE = 'null-engine'

/** The account that both engines let in. */
export const USER = 'lifeline'
export const PASSWORD = 'lifeline'

export function oracleUrl(port: number | string, service: string): string {
  return `oracle://${USER}:${PASSWORD}@127.0.0.1:${port}/${service}`
}

export interface EngineAddress {
  port: number
  service: string
}

/** The engine behind a connect string `host:port/service`, or undefined when that is a real Oracle's. */
export function engineAddress(connectString: string | undefined): EngineAddress | undefined {
  const { port, service } = /:(?<port>\d+)\/(?<service>[\w-]+)$/.exec(connectString ?? '')?.groups ?? {}
  const isOurs = [H2_SERVICE, POSTGRES_SERVICE, NULL_SERVICE].some((prefix) => service?.startsWith(prefix))
  if (service === undefined || !isOurs) return undefined
  return { port: Number(port), service }
}

export async function openSession({ port, service }: EngineAddress, user: string, password: string): Promise<Session> {
  if (user !== USER || password !== PASSWORD) throw new OracleError(1017, 'invalid username/password; logon denied')
  if (service === NULL_SERVICE) return nullSession
  return service.startsWith(H2_SERVICE) ? await openH2Session(port, service) : await openPostgresSession(port, service)
}

const nullSession: Session = {
  execute: async ({ kind }, binds) => ({ counts: binds.map(() => 0), ...(kind === 'query' ? { columns: [], rows: [] } : {}) }),
  commit: async () => {},
  rollback: async () => {},
  close: async () => {},
  cancel: async () => {},
}
