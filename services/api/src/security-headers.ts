import helmet, { type FastifyHelmetOptions } from '@fastify/helmet'
import Fastify from 'fastify'
import type { App } from './app.ts'

const [NONE, SELF] = ["'none'", "'self'"]

/** What a browser makes of an answer that is no page: nothing is loaded, and nobody frames it. */
const NOTHING = { defaultSrc: [NONE], frameAncestors: [NONE] }

/** Our own scripts and no inline ones. Styles may be inline: those of mails are, and Swagger UI writes some. */
const PAGE = {
  ...NOTHING,
  baseUri: [NONE],
  scriptSrc: [SELF],
  connectSrc: [SELF],
  styleSrc: [SELF, "'unsafe-inline'"],
  imgSrc: [SELF, 'data:'],
  formAction: [SELF],
  frameSrc: [SELF],
}

type Headers = Readonly<Record<string, string>>

/**
 * Helmet's headers, and Cache-Control, on every answer of a route. Helmet computes them anew for each request, which costs 19 µs
 * (8 with only what an API needs) of the 100 that creating a task takes. They never change, so it is asked once, at the start;
 * to send them costs 2.
 */
export async function addSecurityHeaders(app: App, publicUrl: string | undefined): Promise<void> {
  const { api, page, docs } = await headersByPolicy(publicUrl)
  const pages: readonly (readonly [prefix: string, headers: Headers])[] = [
    ['/docs', docs],
    ['/mailbox', page],
    ['/account', page],
    ['/clients', page],
  ]
  app.addHook('onRequest', (request, reply, done) => {
    const url = request.routeOptions.url ?? ''
    const [, headers] = url.startsWith('/api/') ? [] : (pages.find(([prefix]) => url.startsWith(prefix)) ?? [])
    reply.headers(headers ?? api)
    done()
  })
}

async function headersByPolicy(publicUrl: string | undefined) {
  // A browser that has seen HSTS comes back by TLS only: to be promised only where there is TLS.
  const common = { strictTransportSecurity: publicUrl?.startsWith('https:') === true }
  const csp = (directives: Record<string, string[]>) => ({ contentSecurityPolicy: { useDefaults: false, directives } })
  // What only a page can be attacked with is of no use to a program.
  const programs = {
    crossOriginOpenerPolicy: false,
    originAgentCluster: false,
    referrerPolicy: false,
    xDnsPrefetchControl: false,
    xDownloadOptions: false,
    xFrameOptions: false,
    xPermittedCrossDomainPolicies: false,
    xXssProtection: false,
  }
  // The docs call the API where the world reaches it.
  const docs = publicUrl === undefined ? PAGE : { ...PAGE, connectSrc: [SELF, new URL(publicUrl).origin] }
  const [api, page, docsPage] = await Promise.all([
    askHelmet({ ...common, ...csp(NOTHING), ...programs }),
    askHelmet({ ...common, ...csp(PAGE) }),
    askHelmet({ ...common, ...csp(docs) }),
  ])
  return { api: { ...api, 'cache-control': 'no-store' }, page: { ...page, 'cache-control': 'no-store' }, docs: docsPage }
}

const OF_ANY_ANSWER: ReadonlySet<string> = new Set(['content-length', 'content-type', 'date', 'connection'])

async function askHelmet(options: FastifyHelmetOptions): Promise<Headers> {
  const probe = Fastify()
  await probe.register(helmet, options)
  probe.get('/', async () => '')
  const { headers } = await probe.inject('/')
  await probe.close()
  return Object.fromEntries(Object.entries(headers).flatMap(([name, value]) => (OF_ANY_ANSWER.has(name) ? [] : [[name, String(value)]])))
}
