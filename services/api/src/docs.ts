import { STATUS_CODES } from 'node:http'
import swagger from '@fastify/swagger'
import swaggerUi from '@fastify/swagger-ui'
import Type from 'typebox'
import type { App } from './app.ts'

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

/** An answer without a body that is no 204: with null there, the word would be sent. */
export const Nothing = Type.Unsafe<undefined>({ type: 'null' })

/** How a route may refuse (RFC 9457), for its `response` schemas. Any route may also fail. */
export function refusals(...statuses: number[]) {
  const answer = (status: number) => ({
    description: STATUS_CODES[status],
    content: { 'application/problem+json': { schema: ProblemSchema } },
  })
  return Object.fromEntries([...statuses, 503].map((status) => [status, answer(status)]))
}
