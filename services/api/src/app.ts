import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import type { BrokerHealth } from '@lifeline/backbone/broker/port'
import type { Writer } from '@lifeline/backbone/db/group-commit'
import type { Db } from '@lifeline/backbone/db/schema'
import type { Clock } from '@lifeline/backbone/process/clock'
import type { Log } from '@lifeline/backbone/process/log'
import type { Secrets } from '@lifeline/backbone/process/secrets'
import Fastify, { type FastifyBaseLogger, type FastifyInstance, type FastifyPluginAsync, LogController } from 'fastify'
import { routeAccount } from './account/account-routes.ts'
import { realUrl } from './aliases.ts'
import { answerBrokenRequest, answerError, answerErrors } from './answer-errors.ts'
import { makeAccessTokens } from './auth/access-tokens.ts'
import { makeAccounts } from './auth/accounts.ts'
import { routeAuth } from './auth/auth-routes.ts'
import { makeKeyRing } from './auth/key-ring.ts'
import { authenticate } from './authenticate.ts'
import { addDocs } from './docs.ts'
import { routeHealth } from './health.ts'
import { addMetrics } from './http-metrics.ts'
import { BODY_LIMIT } from './problem.ts'
import { addRequestContext, requestIdOf } from './request-context.ts'
import { routeTasks } from './tasks/task-routes.ts'
import { routeUsers } from './users/user-routes.ts'
import { addValidation } from './validation.ts'

export type App = ReturnType<typeof makeServer>

export interface AppOptions {
  db: Db
  /** `llk_<id>_<secret>`, each a system key. */
  apiKeys: readonly string[]
  /** Domain time. */
  clock: Clock
  log: Log
  brokerHealth: () => BrokerHealth
  writer: Writer
  secrets: Secrets
  /** Whether people may register themselves; `open` unless given. */
  registration?: 'open' | 'closed'
  /** Whoever verifies this address becomes admin; without it whoever registers first is. */
  adminEmail?: string | undefined
  /** Where the world reaches this API, for the docs. */
  publicUrl?: string | undefined
  /** Further pages of this process. Their routes declare `config: { public: true }` or a permission, like all others. */
  plugins?: readonly FastifyPluginAsync[]
}

/** The HTTP application, ready for `listen` or `inject`. What it registers stands here from top to bottom. */
export async function buildApp(options: AppOptions): Promise<App> {
  const { db, writer, apiKeys, clock, log, brokerHealth, publicUrl, plugins = [] } = options
  const { secrets, registration = 'open', adminEmail } = options
  const ring = makeKeyRing(db, secrets)
  const tokens = makeAccessTokens(ring)
  const accounts = makeAccounts({ db, writer, clock, secrets, tokens, registration, adminEmail: adminEmail?.toLowerCase() })
  const app = makeServer(log)
  addRequestContext(app, log)
  await addMetrics(app)
  authenticate(app, apiKeys, { db, tokens })
  answerErrors(app)
  addValidation(app)
  await addDocs(app, publicUrl)
  routeHealth(app, db, brokerHealth)
  routeTasks(app, { db, writer, clock })
  routeAuth(app, accounts, ring)
  routeUsers(app, accounts)
  routeAccount(app)
  for (const plugin of plugins) await app.register(plugin)
  await app.ready()
  return app
}

function makeServer(log: Log) {
  const server: FastifyInstance = Fastify({
    // Fastify's own warnings only: request-context.ts writes one line a request, the process says when it is ready.
    loggerInstance: log.child({}, { level: 'warn' }) as FastifyBaseLogger,
    logController: new LogController({ disableRequestLogging: true, requestIdLogLabel: 'requestId' }),
    genReqId: requestIdOf,
    rewriteUrl: realUrl,
    frameworkErrors: answerError,
    clientErrorHandler: answerBrokenRequest,
    routerOptions: { maxParamLength: 500 },
    bodyLimit: BODY_LIMIT,
    // The whole request must be here: 1 MiB in 30 s is the slowest line we serve. Less for the headers, which fit one packet.
    requestTimeout: 30_000,
    http: { headersTimeout: 10_000, maxHeaderSize: 16 * 1024 },
    // A socket that moves nothing: longer than a query may take (30 s) after waiting for a connection (5 s).
    connectionTimeout: 60_000,
    // Longer than the 60 s for which load balancers keep a connection: they, not we, must be the one to close it.
    keepAliveTimeout: 72_000,
    forceCloseConnections: 'idle',
    // While closing, what still arrives on an open connection is served: refusing it would lose it.
    return503OnClosing: false,
  })
  return server.withTypeProvider<TypeBoxTypeProvider>()
}
