import { findIdBySlug, makeTokenLookup } from '@lifeline/backbone/db/schedulers/find-schedulers'
import { MOST_BODY } from '@lifeline/backbone/db/schedulers/ping'
import type { FastifyReply, FastifyRequest } from 'fastify'
import Type, { type Static } from 'typebox'
import type { App } from '../app.ts'
import { refusals } from '../docs.ts'
import { RequestError } from '../problem.ts'
import { schedulerOwnerOf } from '../schedulers/scheduler-owner.ts'
import type { SchedulerRoutes } from '../schedulers/scheduler-routes.ts'
import { makeCreateBySlug } from './create-by-slug.ts'
import { CreateQuery, PingQuery, readSignal, SignalParam } from './ping-input.ts'
import { lastLine, readBeginning } from './read-beginning.ts'

const PLAIN = {
  summary: 'Report a success',
  description: 'With a body it may be a start, a failure or a log instead, by the `contentRules` of the scheduler.',
}

type PingRequest = FastifyRequest & { params: { signal?: string }; query: Static<typeof PingQuery> }

const CREATES = 'With `create=1` one that is not there is registered first: every `period` seconds, or by `cron` in `tz`.'

/** Pings for plain curl: what they say is in the path, and their body, of any type, is kept. */
export function routePings(app: App, routes: SchedulerRoutes): void {
  const { db, takeSignal } = routes
  const lookUp = makeTokenLookup(db)
  const createBySlug = makeCreateBySlug(routes)

  async function ping(request: PingRequest, reply: FastifyReply, who: Pick<Parameters<typeof takeSignal>[1], 'id' | 'owner' | 'actor'>) {
    const { rid, at } = request.query
    const body = typeof request.body === 'string' ? request.body : ''
    const said = readSignal(request.params.signal)
    const error = said.kind === 'fail' || said.isPlain === true ? lastLine(body) : null
    const signal = { ...said, runId: rid ?? null, error, body, at: at === undefined ? undefined : new Date(at) }
    const outcome = await takeSignal(request, { ...who, signal })
    const answer = outcome.ping?.kind === 'ignored' ? 'OK (ignored: it is paused)\n' : 'OK\n'
    return reply.type('text/plain; charset=utf-8').send(answer)
  }

  app.register(async (pings) => {
    pings.removeAllContentTypeParsers()
    pings.addContentTypeParser('*', async (_: FastifyRequest, body: NodeJS.ReadableStream) => readBeginning(body as never))
    pings.addHook('onRequest', (_, reply, done) => {
      reply.header('ping-body-limit', String(MOST_BODY))
      done()
    })
    const Ok = { content: { 'text/plain': { schema: Type.String() } } }
    const byKey = { 200: Ok, 201: Ok, ...refusals(401, 403, 404, 409, 422) }
    const common = { tags: ['pings'], querystring: PingQuery, response: { 200: Ok, ...refusals(404, 422) } }

    const Token = Type.String({ minLength: 1, maxLength: 100, description: 'the token of a ping address' })
    const schemas = [
      { url: '/ping/:token', ...PLAIN, params: Type.Object({ token: Token }) },
      {
        url: '/ping/:token/:signal',
        summary: 'Report a start, a failure, a log or an exit code',
        description: `An API key and a slug may stand here instead, and a signal behind them. ${CREATES}`,
        params: Type.Object({ token: Token, signal: SignalParam }),
        response: byKey,
      },
    ]
    for (const { url, ...schema } of schemas) {
      const options = { schema: { ...common, ...schema }, config: { public: true } }
      const handle = async (request: FastifyRequest, reply: FastifyReply) => {
        const { params } = request as { params: { token: string } }
        // What no token looks like might not even be a text that a database takes.
        const id = /^[\w-]+$/.test(params.token) ? await lookUp(params.token) : undefined
        if (id === undefined) throw new RequestError('not_found', 'There is no scheduler with this address.')
        return await ping(request as PingRequest, reply, { id, actor: `scheduler:${id}` })
      }
      pings.get(url, options, handle)
      pings.post(url, options, handle)
    }

    const Slug = Type.String({ minLength: 1, maxLength: 110, description: 'the slug of a scheduler' })
    const bySlug = [
      { url: '/api/v1/schedulers/by-slug/:slug/ping', ...PLAIN, params: Type.Object({ slug: Slug }) },
      {
        url: '/api/v1/schedulers/by-slug/:slug/ping/:signal',
        summary: 'Report a start, a failure, a log or an exit code',
        params: Type.Object({ slug: Slug, signal: SignalParam }),
      },
    ]
    for (const { url, ...schema } of bySlug) {
      const options = {
        schema: { ...common, ...schema, description: CREATES, querystring: CreateQuery, response: byKey },
        config: { permission: 'scheduler:ping', limitedByScheduler: true } as const,
      }
      const handle = async (request: FastifyRequest, reply: FastifyReply) => {
        const { params } = request as { params: { slug: string } }
        const id = /^[a-z0-9-]+$/.test(params.slug) ? await findIdBySlug(db, params.slug) : undefined
        const who = { owner: schedulerOwnerOf(request), actor: request.actor }
        if (id !== undefined) return await ping(request as PingRequest, reply, { id, ...who })
        const { create, ...wanted } = request.query as Static<typeof CreateQuery>
        if (create !== '1') throw new RequestError('not_found', 'There is no scheduler with this slug.')
        const made = await createBySlug(request, params.slug, wanted)
        return await ping(request as PingRequest, reply.code(made.isNew ? 201 : 200), { id: made.id, ...who })
      }
      pings.get(url, options, handle)
      pings.post(url, options, handle)
    }
  })
}
