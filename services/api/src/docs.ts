import { STATUS_CODES } from 'node:http'
import swagger from '@fastify/swagger'
import swaggerUi from '@fastify/swagger-ui'
import { PERMISSIONS, type Permission, permissionsOf, ROLE_NAMES } from '@lifeline/backbone/roles'
import type { FastifySchema, RouteOptions } from 'fastify'
import Type from 'typebox'
import type { App } from './app.ts'
import { commonRefusals } from './common-refusals.ts'

/** `/docs` and `/openapi.json`, made from the schemas of the routes. Registered before them, because it listens to their registration. */
export async function addDocs(app: App, publicUrl: string | undefined): Promise<void> {
  const clients = `${publicUrl?.replace(/\/+$/, '') ?? ''}/clients`
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: 'Lifeline', version: '1', description: `Keeps work on time. [Lines to copy that watch a job](${clients}).` },
      ...(publicUrl === undefined ? {} : { servers: [{ url: publicUrl }] }),
      components: {
        securitySchemes: {
          key: { type: 'http', scheme: 'bearer', description: 'An API key: llk_<id>_<secret>' },
          token: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT', description: 'An access token of somebody who logged in.' },
        },
      },
      security: [{ key: [] }, { token: [] }],
    },
    transform: showAccess,
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

/** How a route may refuse (RFC 9457), for its `response` schemas. Any route may also be asked too often, or fail. */
export function refusals(...statuses: number[]) {
  const answer = (status: number) => ({
    description: STATUS_CODES[status],
    content: { 'application/problem+json': { schema: ProblemSchema } },
  })
  return Object.fromEntries([...statuses, 429, 503].map((status) => [status, answer(status)]))
}

/** One schema of a route, as the documentation shows it. */
type Shown = FastifySchema & { description?: string; hide?: boolean; response?: Record<string, unknown> }

/** Adds what a route's config says about who may use it, so that documentation and check cannot differ, and the refusals that come before it. */
function showAccess({ schema: declared, url, route }: { schema: FastifySchema; url: string; route: RouteOptions }) {
  const schema = (declared ?? {}) as Shown
  const { permission, ...config } = route.config ?? {}
  if (schema.hide === true) return { schema, url }
  const common = commonRefusals(route)
  if (config.public === true) return { schema: { ...schema, security: [], response: { ...refusals(...common), ...schema.response } }, url }
  const statuses = [...common, 401, ...(permission === undefined ? [] : [403])]
  const description = [schema.description, permission === undefined ? 'For everybody with a key or a token.' : access(permission)]
  return {
    schema: {
      ...schema,
      description: description.filter((part) => part !== undefined).join('\n\n'),
      response: { ...refusals(...statuses), ...schema.response },
      ...(permission === undefined ? {} : { 'x-permission': permission }),
    },
    url,
  }
}

function access(permission: Permission): string {
  const having = ROLE_NAMES.map((role) => [role, permissionsOf(role).get(permission)] as const)
  const names = (extent: 'all' | 'own') => having.filter(([, has]) => has === extent).map(([role]) => role)
  const [all, own] = [names('all'), names('own')]
  const roles = [...(all.length > 0 ? [all.join(', ')] : []), ...(own.length > 0 ? [`on their own: ${own.join(', ')}`] : [])]
  return `Takes the permission \`${permission}\` (${PERMISSIONS[permission]}) Roles: ${roles.join('; ')}.`
}
