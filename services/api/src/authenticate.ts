import type { Extent, Permission } from '@lifeline/backbone/roles'
import type { FastifyRequest, RouteOptions } from 'fastify'
import type { App } from './app.ts'
import { EMAIL_ADDRESS, isEmail } from './formats.ts'
import { type BearerOptions, readBearers, unauthorized } from './identity/bearer.ts'
import { NOBODY, type Principal } from './identity/principal.ts'
import { invalid, RequestError } from './problem.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** What it takes. Every route declares this, or `authenticated`, or `public`. */
    permission?: Permission
    /** For everybody who has a key or a token. */
    authenticated?: boolean
    /** For everybody. */
    public?: boolean
  }
  interface FastifyRequest {
    /** Who asks; NOBODY on public routes. */
    principal: Principal
    /** Of the route's permission: on all rows, or on the principal's own. */
    extent: Extent
    /** Who is said to have done it: the principal, or the person it names in Lifeline-Actor. */
    actor: string
    /** Whose is what is made now: the person whose key it is, else the actor. */
    createdBy: string
  }
}

/**
 * Finds out who asks. A route that declares neither a permission, nor that it is for everybody who is known, nor that it is
 * public stops the start: forgetting must not mean open. Answers how to make what credentials are good for be looked up anew.
 */
export function authenticate(app: App, options: BearerOptions): { forget: () => void } {
  const bearers = readBearers(options)
  const routes: RouteOptions[] = []
  app.decorateRequest('principal')
  app.decorateRequest('extent', 'own')
  app.decorateRequest('actor', '')
  app.decorateRequest('createdBy', '')
  app.addHook('onRoute', (route) => void routes.push(route))
  app.addHook('onReady', async () => {
    const bare = routes.find(
      ({ config = {} }) => config.permission === undefined && config.authenticated !== true && config.public !== true,
    )
    if (bare !== undefined) throw new Error(`The route ${bare.method} ${bare.url} declares neither a permission nor public: true.`)
  })
  app.addHook('onRequest', async (request) => {
    request.principal = NOBODY
    if (request.is404 || request.routeOptions.config.public === true) return
    request.principal = await bearers.principalOf(bearerOf(request))
    request.actor = actorOf(request)
    const { person } = request.principal
    request.createdBy = person === undefined ? request.actor : `user:${person.id}`
  })
  app.addHook('onClose', () => bearers.close())
  return { forget: bearers.forget }
}

/** The one check of what is asked: may that one do this? After the limits, so that what is refused counts too. */
export function authorize(app: App): void {
  app.addHook('onRequest', (request, _, done) => {
    const { permission } = request.routeOptions.config
    if (permission === undefined || request.is404) return done()
    const extent = request.principal.permissions.get(permission)
    if (extent === undefined) return done(forbidden(`This takes the permission ${permission}.`))
    request.extent = extent
    done()
  })
}

const BEARER = /^bearer +(.+)$/i

function bearerOf(request: FastifyRequest): string {
  const text = BEARER.exec(request.headers.authorization ?? '')?.[1] ?? healthchecksKeyOf(request)
  if (text !== undefined) return text
  throw unauthorized('Send an API key or an access token: "Authorization: Bearer llk_<id>_<secret>".')
}

/** Clients of healthchecks send a key in a header of their own. */
function healthchecksKeyOf({ headers, routeOptions }: FastifyRequest): string | undefined {
  const key = headers['x-api-key']
  return typeof key === 'string' && routeOptions.url?.startsWith('/api/v3/') === true ? key : undefined
}

/** Who asks is known, and may not. Only of what anybody may know: rows that are not one's own are not found instead. */
export const forbidden = (detail: string) => new RequestError('forbidden', detail)

/** A key of the system may act for a person, whom it names by e-mail address. One person is one address, in lower case. */
function actorOf({ headers, principal }: FastifyRequest): string {
  const address = headers['lifeline-actor']
  if (address === undefined) return principal.id
  const refused = (detail: string) => invalid([{ in: 'header', pointer: '/lifeline-actor', detail }])
  if (principal.person !== undefined) throw refused('is for keys of the system; a person acts for nobody else')
  if (typeof address === 'string' && isEmail(address)) return `mailto:${address.toLowerCase()}`
  throw refused(`must be ${EMAIL_ADDRESS}`)
}
