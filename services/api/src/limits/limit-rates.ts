import rateLimit from '@fastify/rate-limit'
import type { Db } from '@lifeline/backbone/db/schema'
import type { Log } from '@lifeline/backbone/process/log'
import type { FastifyRequest } from 'fastify'
import type { App } from '../app.ts'
import type { HttpSettings } from '../http-settings.ts'
import type { Principal } from '../identity/principal.ts'
import { RequestError } from '../problem.ts'
import { keepSharing } from './keep-sharing.ts'
import { type Counts, makeSharedCounts, WINDOW_MS } from './shared-counts.ts'

export interface LimitOptions {
  db: Db
  log: Log
  http: HttpSettings
  /** Machine time. */
  machineNow: () => Date
}

/**
 * Limits how often principals ask, and addresses under `/auth`: 429 with Retry-After beyond it, and RateLimit-Limit,
 * -Remaining and -Reset (draft-ietf-httpapi-ratelimit-headers, up to its version 06) on every answer that counts. What is
 * public is not limited. Answers what to ask about each request that failed to authenticate.
 */
export async function limitRates(app: App, options: LimitOptions) {
  const { http } = options
  const counts = keepSharing(app, makeSharedCounts(options.db, options.machineNow), options.log)
  await app.register(rateLimit, {
    global: false,
    store: storeOf(counts),
    timeWindow: WINDOW_MS,
    enableDraftSpec: true,
    keyGenerator: subjectOf,
    max: (request) => limitOf(request, http) ?? 0,
    errorResponseBuilder: (_, { ttl }) => tooMany(ttl),
  })
  const limit = app.rateLimit()
  // Not by the plugin's own hooks, which cost 4 µs also where nothing is limited.
  app.addHook('onRequest', (request, reply, done) => {
    if (limitOf(request, http) === undefined) return done()
    limit.call(app, request, reply).then(() => done(), done)
  })
  return (request: FastifyRequest) => refuseGuesser(request, counts, http)
}

const isUnderAuth = ({ routeOptions }: FastifyRequest) => routeOptions.url?.startsWith('/api/v1/auth/') === true

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Limited by what it is about, and not by who asks: a fleet of jobs shares one key. */
    limitedByScheduler?: boolean
  }
}

function limitOf(request: FastifyRequest, http: HttpSettings): number | undefined {
  if (request.routeOptions.config.limitedByScheduler === true) return undefined
  if (isUnderAuth(request)) return http.authRequestsPerMinute
  const { requestsPerMinute, person } = request.principal
  // What a user may, all of the user's credentials may together: none has a number of its own.
  return person === undefined ? requestsPerMinute : http.requestsPerMinute
}

function subjectOf(request: FastifyRequest): string {
  return isUnderAuth(request) ? `auth ${addressOf(request)}` : ownerOf(request.principal)
}

/** A person's keys and tokens are one. */
const ownerOf = ({ id, person }: Principal) => (person === undefined ? id : `user:${person.id}`)

/** An IPv6 address counts as its /64: one customer has all of that. */
const addressOf = ({ ip }: FastifyRequest) => rateLimit.normalizeIP(ip)

/**
 * Counts a request whose credentials are wrong; once its address has had more of them in a minute than it may, it hears 429
 * instead of 401, and so do requests without credentials. Who has a valid key is not asked: a neighbour who guesses locks out nobody.
 */
function refuseGuesser(request: FastifyRequest, counts: Counts, http: HttpSettings): RequestError | undefined {
  const subject = `failed ${addressOf(request)}`
  const { authorization, 'x-api-key': key } = request.headers
  const { current, ttl } = authorization === undefined && key === undefined ? counts.read(subject) : counts.hit(subject)
  return current > http.authRequestsPerMinute ? tooMany(ttl) : undefined
}

function tooMany(ttlMs: number): RequestError {
  const seconds = Math.max(1, Math.ceil(ttlMs / 1_000))
  const detail = `Too many requests in this minute; try again in ${seconds} ${seconds === 1 ? 'second' : 'seconds'}.`
  return new RequestError('rate_limited', detail, { headers: { 'retry-after': String(seconds) } })
}

/** The plugin makes its own store, one a route; ours is one for all. */
function storeOf(counts: Counts) {
  type Done = (error: null, result: { current: number; ttl: number }) => void
  const store = {
    incr: (key: string, done: Done) => done(null, counts.hit(key)),
    child: () => store,
  }
  return class {
    incr = store.incr
    child = store.child
  }
}
