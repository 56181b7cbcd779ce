import { STATUS_CODES } from 'node:http'
import swagger from '@fastify/swagger'
import swaggerUi from '@fastify/swagger-ui'
import type { FastifySchema, RouteOptions } from 'fastify'
import Type from 'typebox'
import type { App } from './app.ts'
import { commonRefusals } from './common-refusals.ts'

/** `/docs` and `/openapi.json`, made from the schemas of the routes. Registered before them, because it listens to their registration. */
export async function addDocs(app: App, publicUrl: string | undefined): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: 'Lifeline', version: '1', description: 'Keeps work on time.' },
      ...(publicUrl === undefined ? {} : { servers: [{ url: publicUrl }] }),
      components: { securitySchemes: { key: { type: 'http', scheme: 'bearer', description: 'An API key: llk_<id>_<secret>' } } },
      security: [{ key: [] }],
    },
    transform: showCommonRefusals,
  })
  await app.register(async (docs) => {
    // The UI's routes are not ours to declare.
    docs.addHook('onRoute', (route) => {
      route.config = { ...route.config, public: true }
    })
    await docs.register(swaggerUi, { routePrefix: '/docs', uiConfig: { persistAuthorization: true } })
  })
  app.get('/openapi.json', { schema: { hide: true }, config: { public: true } }, async () => app.swagger())
}

const ProblemSchema = Type.Object(
  {
    type: Type.String(),
    title: Type.String(),
    status: Type.Integer(),
    code: Type.String({ description: 'Stable: branch on this.' }),
    detail: Type.Optional(Type.String()),
    errors: Type.Optional(
      Type.Array(Type.Object({ in: Type.Enum(['body', 'query', 'path', 'header']), pointer: Type.String(), detail: Type.String() })),
    ),
    allowed: Type.Optional(Type.Array(Type.String(), { description: 'With illegal_move: where the task may go.' })),
    request_id: Type.String(),
  },
  { additionalProperties: true },
)

/** How a route may refuse (RFC 9457), for its `response` schemas. Any route may also fail. */
export function refusals(...statuses: number[]) {
  const answer = (status: number) => ({
    description: STATUS_CODES[status],
    content: { 'application/problem+json': { schema: ProblemSchema } },
  })
  return Object.fromEntries([...statuses, 503].map((status) => [status, answer(status)]))
}

/** Adds the refusals that a route need not declare, because they come before it. */
function showCommonRefusals({ schema: declared, url, route }: { schema: FastifySchema; url: string; route: RouteOptions }) {
  const schema = declared as FastifySchema & { response?: Record<string, unknown> }
  return { schema: { ...schema, response: { ...refusals(...commonRefusals(route)), ...schema.response } }, url }
}
