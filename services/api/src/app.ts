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
import { allowOrigins } from './allow-origins.ts'
import { answerBrokenRequest, answerError, answerErrors } from './answer-errors.ts'
import { routeAudit } from './audit/audit-routes.ts'
import { makeAccessTokens } from './auth/access-tokens.ts'
import { makeAccounts } from './auth/accounts.ts'
import { routeAuth } from './auth/auth-routes.ts'
import { makeKeyRing } from './auth/key-ring.ts'
import { authenticate, authorize } from './authenticate.ts'
import { routeBadges } from './badges/badge-routes.ts'
import { routeChannels } from './channels/channel-routes.ts'
import { routeClients } from './clients/client-routes.ts'
import { addDocs } from './docs.ts'
import { routeHealth } from './health.ts'
import { routeChecks } from './healthchecks/check-routes.ts'
import { routeImport } from './healthchecks/import-routes.ts'
import { addMetrics } from './http-metrics.ts'
import { type HttpSettings, httpSettings } from './http-settings.ts'
import { forgettingWriter } from './identity/forgetting-writer.ts'
import { loadSession } from './identity/load-session.ts'
import { routeRoles } from './identity/role-routes.ts'
import { routeIncidents } from './incidents/incident-routes.ts'
import { routeKeys } from './keys/key-routes.ts'
import { limitRates } from './limits/limit-rates.ts'
import { shedLoad } from './limits/shed-load.ts'
import { routeMaintenance } from './maintenance/maintenance-routes.ts'
import { routePings } from './pings/ping-routes.ts'
import { makeTakeSignal } from './pings/take-signal.ts'
import { BODY_LIMIT } from './problem.ts'
import { routeReports } from './reports/report-routes.ts'
import { addRequestContext, requestIdOf } from './request-context.ts'
import { routeMonitorMetrics } from './schedulers/monitor-metrics.ts'
import { routeSchedulers } from './schedulers/scheduler-routes.ts'
import { addSecurityHeaders } from './security-headers.ts'
import { addSerialization } from './serialization.ts'
import { shareAnswers } from './share-answers.ts'
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
  /** Those that are absent are as without configuration. */
  http?: Partial<HttpSettings>
  /** Machine time, for the windows of rate limits. */
  machineNow?: () => Date
  /** Further pages of this process. Their routes declare a permission, `authenticated: true` or `public: true`, like all others. */
  plugins?: readonly FastifyPluginAsync[]
}

/** The HTTP application, ready for `listen` or `inject`. What it registers stands here from top to bottom. */
export async function buildApp(options: AppOptions): Promise<App> {
  const { db, writer, secrets, apiKeys, clock, log, brokerHealth, publicUrl, plugins = [], machineNow = () => new Date() } = options
  const http = { ...httpSettings({}), ...options.http }
  const ring = makeKeyRing(db, secrets)
  const tokens = makeAccessTokens(ring)
  const app = makeServer(log, http)
  addRequestContext(app, log)
  await addMetrics(app)
  await addSecurityHeaders(app, publicUrl)
  await shedLoad(app, http.maxEventLoopDelayMs)
  await allowOrigins(app, http.corsOrigins)
  const { forget } = authenticate(app, { db, apiKeys, tokens: { ...tokens, loadSession }, log })
  answerErrors(app, await limitRates(app, { db, log, http, machineNow }))
  authorize(app)
  addValidation(app)
  addSerialization(app)
  shareAnswers(app)
  await addDocs(app, publicUrl)
  routeHealth(app, db, brokerHealth)
  routeTasks(app, { db, writer, secrets, clock })
  const schedulers = { db, writer, secrets, clock, publicUrl, takeSignal: makeTakeSignal({ writer, clock, machineNow }) }
  routeSchedulers(app, schedulers)
  routePings(app, schedulers)
  routeChecks(app, schedulers)
  routeImport(app, schedulers)
  routeBadges(app, schedulers)
  routeMonitorMetrics(app, schedulers)
  const { registration = 'open', adminEmail } = options
  const identities = forgettingWriter(writer, forget)
  const accounts = makeAccounts({ db, writer: identities, clock, secrets, tokens, registration, adminEmail: adminEmail?.toLowerCase() })
  routeAuth(app, accounts, ring)
  routeUsers(app, accounts)
  routeAccount(app)
  routeClients(app)
  routeKeys(app, { db, writer: identities, secrets, clock })
  routeChannels(app, { db, writer, secrets, clock })
  routeRoles(app)
  routeIncidents(app, { db, writer, clock })
  routeMaintenance(app, { db, writer, secrets, clock })
  routeReports(app, { db, writer, secrets, clock })
  routeAudit(app, { db })
  for (const plugin of plugins) await app.register(plugin)
  await app.ready()
  return app
}

function makeServer(log: Log, { trustProxy }: HttpSettings) {
  const server: FastifyInstance = Fastify({
    // Fastify's own warnings only: request-context.ts writes one line a request, the process says when it is ready.
    loggerInstance: log.child({}, { level: 'warn' }) as FastifyBaseLogger,
    logController: new LogController({ disableRequestLogging: true }),
    // None for each request: it would be made for nothing, but for a warning in a million.
    childLoggerFactory: (logger) => logger,
    genReqId: requestIdOf,
    rewriteUrl: realUrl,
    // A number is for us to count: Fastify itself would trust nobody then, because it cannot know that no client comes directly.
    trustProxy: typeof trustProxy === 'number' ? trustProxy > 0 && ((_, hop) => hop < trustProxy) : [...trustProxy],
    frameworkErrors: answerError,
    clientErrorHandler: answerBrokenRequest,
    routerOptions: { maxParamLength: 500 },
    bodyLimit: BODY_LIMIT,
    // The whole request must be here: 1 MiB in 30 s is the slowest line we serve. Less for the headers, which fit one packet.
    requestTimeout: 30_000,
    // Node looks for those that are late twice a minute; then 10 s would be up to 40.
    http: { headersTimeout: 10_000, maxHeaderSize: 16 * 1024, connectionsCheckingInterval: 1_000 },
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
