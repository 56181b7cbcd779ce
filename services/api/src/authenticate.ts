import { hash, timingSafeEqual } from 'node:crypto'
import type { Db } from '@lifeline/backbone/db/schema'
import { ConfigError } from '@lifeline/backbone/process/read-config'
import type { Permission } from '@lifeline/backbone/roles'
import type { FastifyRequest, RouteOptions } from 'fastify'
import type { App } from './app.ts'
import type { AccessTokens } from './auth/access-tokens.ts'
import { EMAIL_ADDRESS, isEmail } from './formats.ts'
import { loadSession } from './identity/load-session.ts'
import { NOBODY, type Principal, systemPrincipal } from './identity/principal.ts'
import { invalid, RequestError } from './problem.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Every route declares this or `public`. */
    permission?: Permission
    /** Needs no key. */
    public?: boolean
  }
  interface FastifyRequest {
    /** Who asks; NOBODY on public routes. */
    principal: Principal
    /** Who is said to have done it: the principal, or the person it names in Lifeline-Actor. */
    actor: string
  }
}

/**
 * The one check of every request. Only system keys exist so far, and they may do everything. A route that declares
 * neither a permission nor that it is public stops the start: forgetting must not mean open.
 */
export function authenticate(app: App, apiKeys: readonly string[], { db, tokens }: { db: Db; tokens: AccessTokens }): void {
  const secrets = new Map(apiKeys.map(parseKey))
  const routes: RouteOptions[] = []
  app.decorateRequest('principal')
  app.decorateRequest('actor', '')
  app.addHook('onRoute', (route) => void routes.push(route))
  app.addHook('onReady', async () => {
    const bare = routes.find(({ config }) => config?.permission === undefined && config?.public !== true)
    if (bare !== undefined) throw new Error(`The route ${bare.method} ${bare.url} declares neither a permission nor public: true.`)
  })
  app.addHook('onRequest', async (request) => {
    request.principal = NOBODY
    if (request.is404 || request.routeOptions.config.public === true) return
    request.principal = (await sessionPrincipal(request, db, tokens)) ?? principalOf(request, secrets)
    request.actor = actorOf(request)
  })
}

const KEY = /^llk_([A-Za-z0-9]{1,50})_[A-Za-z0-9_-]{16,200}$/
const BEARER = /^bearer +(.+)$/i

/** From here on only the hash of a key stays in memory. Throws ConfigError when the key has another shape. */
function parseKey(key: string): [id: string, hash: Buffer] {
  const id = KEY.exec(key)?.[1]
  if (id === undefined) throw new ConfigError('An API key must be llk_<id>_<secret>, with a secret of at least 16 letters and digits.')
  return [id, sha256(key)]
}

const sha256 = (text: string) => hash('sha256', text, 'buffer')

/** Compared with when the id is unknown, so that an unknown id takes as long as a wrong secret. */
const NO_HASH = sha256('')

function principalOf(request: FastifyRequest, hashes: ReadonlyMap<string, Buffer>): Principal {
  const key = BEARER.exec(request.headers.authorization ?? '')?.[1]
  if (key === undefined) throw new RequestError('unauthorized', 'Send an API key: "Authorization: Bearer llk_<id>_<secret>".')
  const id = KEY.exec(key)?.[1] ?? ''
  if (!timingSafeEqual(sha256(key), hashes.get(id) ?? NO_HASH)) throw new RequestError('unauthorized', 'This API key is not known here.')
  return systemPrincipal(`key:${id}`)
}

async function sessionPrincipal(request: FastifyRequest, db: Db, tokens: AccessTokens): Promise<Principal | undefined> {
  const token = BEARER.exec(request.headers.authorization ?? '')?.[1]
  if (token === undefined || token.split('.').length !== 3) return undefined
  const { sessionId } = await tokens.verify(token)
  const principal = await loadSession(db, sessionId)
  if (principal === undefined) throw new RequestError('unauthorized', 'This session is over; log in again.')
  return principal
}

/** A system key may act for a person, whom it names by e-mail address. */
function actorOf(request: FastifyRequest): string {
  const address = request.headers['lifeline-actor']
  // Who is somebody acts for nobody else.
  if (address === undefined || request.principal.person !== undefined) return request.principal.id
  if (typeof address === 'string' && isEmail(address)) return `mailto:${address}`
  throw invalid([{ in: 'header', pointer: '/lifeline-actor', detail: `must be ${EMAIL_ADDRESS}` }])
}
