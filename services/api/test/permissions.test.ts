import { commitOne } from '@lifeline/backbone/db/commit'
import { addWindow } from '@lifeline/backbone/db/maintenance/change-window'
import { newId } from '@lifeline/backbone/db/new-id'
import type { Db } from '@lifeline/backbone/db/schema'
import { addTask } from '@lifeline/backbone/db/tasks/add-tasks'
import { ALL_PERMISSIONS, type Permission, type Permissions, permissionsOf, ROLE_NAMES, ROLES } from '@lifeline/backbone/roles'
import { givenUser } from '@lifeline/testing/given-user'
import t from 'tap'
import { givenApi, KEY } from './given-api.ts'
import { givenIncident } from './given-incident.ts'
import { givenKey, givenPerson } from './given-key.ts'

interface Schema {
  type?: string | string[]
  format?: string
  enum?: unknown[]
  required?: string[]
  properties?: Record<string, Schema>
}
interface Operation {
  'x-permission'?: Permission
  security?: unknown[]
  description?: string
  responses: Record<string, unknown>
  requestBody?: { content: { 'application/json': { schema: Schema } } }
}
type Method = 'GET' | 'POST' | 'PATCH' | 'DELETE' | 'HEAD'

/** Who asks: what they may, and the user they are, if they are one. */
interface Caller {
  name: string
  bearer: Record<string, string>
  permissions: Permissions | undefined
  userId?: string
}

const everything: Permissions = new Map(ALL_PERMISSIONS.map((permission) => [permission, 'all']))
const only = (permissions: Permissions, ...scopes: Permission[]): Permissions =>
  new Map([...permissions].filter(([permission]) => scopes.includes(permission)))

async function givenCallers(db: Db): Promise<Caller[]> {
  const roles = await Promise.all(
    ROLE_NAMES.map(async (role): Promise<Caller> => {
      const { bearer, id } = await givenPerson(db, { role })
      return { name: role, bearer, permissions: permissionsOf(role), userId: id }
    }),
  )
  const system = await givenKey(db, { scopes: ['task:read', 'key:create'] })
  const ann = await givenUser(db, { role: 'member' })
  const anns = await givenKey(db, { ownerId: ann.id, scopes: ['task:read', 'key:revoke', 'audit:read'] })
  return [
    ...roles,
    { name: 'nobody', bearer: { authorization: '' }, permissions: undefined },
    { name: 'the key of the environment', bearer: { authorization: `Bearer ${KEY}` }, permissions: everything },
    { name: 'a scoped key of the system', bearer: system.bearer, permissions: only(everything, 'task:read', 'key:create') },
    {
      name: 'a scoped key of a member',
      bearer: anns.bearer,
      permissions: only(permissionsOf('member'), 'task:read', 'key:revoke', 'audit:read'),
      userId: ann.id,
    },
  ]
}

/** A row of each kind that paths name by its id, of a user or of a stranger. */
const ROWS: Record<string, (db: Db, userId: string | undefined) => Promise<string>> = {
  async tasks(db, userId) {
    const actor = `user:${userId ?? 'stranger'}`
    return (await commitOne(db, addTask, { title: 'x', assignee: 'bob@example.org', actor, now: new Date() })).id
  },
  async keys(db, userId) {
    return (await givenKey(db, { ownerId: userId ?? null })).id
  },
  async incidents(db, userId) {
    return (await givenIncident(db, { createdBy: `user:${userId ?? 'stranger'}` })).id
  },
  async 'maintenance-windows'(db) {
    const times = { startsAt: new Date(), endsAt: new Date('2035-01-01T00:00:00Z') }
    return (await commitOne(db, addWindow, { name: 'x', times, actor: 'key:test', now: new Date() })).id
  },
  async users(db, userId) {
    return userId ?? (await givenUser(db)).id
  },
}

/** Bodies of which the schema does not tell what goes together. */
const SAMPLES: Record<string, object> = {
  'POST /api/v1/maintenance-windows': { name: 'x', startsAt: '2026-01-01T00:00:00Z', endsAt: '2035-01-01T00:00:00Z' },
}

/** What a route cannot refuse for its body: of each required field something, or of one. */
function sampleOf(schema: Schema | undefined): unknown {
  if (schema === undefined) return undefined
  const { required = [], properties = {} } = schema
  const names = required.length > 0 ? required : Object.keys(properties).slice(0, 1)
  return Object.fromEntries(names.map((name) => [name, sampleValue(properties[name] ?? {})]))
}

function sampleValue({ enum: values, format, type }: Schema): unknown {
  if (values !== undefined) return values[0]
  if (format === 'email') return `bob${newId()}@example.org`
  if (format === 'date-time') return '2035-01-01T00:00:00Z'
  return [type].flat().includes('string') ? 'a text of some words' : 1
}

/** These are about the person who asks; a key of the system is none. */
const OF_PERSONS: readonly string[] = ['/api/v1/users/me', '/api/v1/auth/verify/resend']

/** The status that the table of roles and the route's own declaration ask for. */
function expected({ method, path, operation }: Asked, { permissions, userId }: Caller, whose: 'own' | 'strangers' | 'nobodys'): RegExp {
  if (operation.security?.length === 0) return /^(?!403)/
  if (permissions === undefined) return /^401$/
  const permission = operation['x-permission']
  const extent = permission === undefined ? 'all' : permissions.get(permission)
  if (extent === undefined) return /^403$/
  if (extent === 'own' && whose === 'strangers') return /^404$/
  if (OF_PERSONS.includes(path) && userId === undefined) return /^404$/
  // As an admin does it, with the role; one's own account has rules of its own at /users/me.
  if (path === '/api/v1/users/{id}' && (method === 'PATCH' || method === 'DELETE') && extent === 'own') return /^403$/
  return /^2\d\d$/
}

t.test('every route lets in whom the table of roles lets in, to the rows that it names, and nobody else', async (t) => {
  const { app, db, send } = await givenApi(t)
  const operations = operationsOf((await send('GET', '/openapi.json')).json.paths)
  t.ok(operations.length >= 15)
  for (const asked of operations) {
    const { method, path, operation } = asked
    const kind = path.split('/')[3] ?? ''
    // New ones for each: some routes end sessions, or the account.
    for (const caller of await givenCallers(db)) {
      for (const whose of path.includes('{') ? (['strangers', 'own'] as const) : (['nobodys'] as const)) {
        if (whose === 'own' && caller.userId === undefined) continue
        const makeRow = ROWS[kind]
        if (path.includes('{') && (makeRow === undefined || path.replace('{id}', '').includes('{')))
          throw new Error(`Tell ROWS how to make what ${path} names.`)
        const id = path.includes('{') ? ((await makeRow?.(db, whose === 'own' ? caller.userId : undefined)) ?? '') : ''
        const payload = SAMPLES[`${method} ${path}`] ?? sampleOf(operation.requestBody?.content['application/json'].schema)
        const response = await app.inject({
          method,
          url: path.replace('{id}', id),
          headers: caller.bearer,
          ...(payload === undefined ? {} : { payload: payload as object }),
        })
        const what = `${method} ${path} by ${caller.name}, ${whose}: ${response.statusCode} ${response.body.slice(0, 200)}`
        t.match(String(response.statusCode), expected(asked, caller, whose), what)
      }
    }
  }
})

interface Asked {
  method: Method
  path: string
  operation: Operation
}

function operationsOf(paths: Record<string, Record<string, Operation>>): Asked[] {
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).flatMap(([name, operation]) => {
      const method = name.toUpperCase() as Method
      return (method === 'GET' ? ([method, 'HEAD'] as const) : [method]).map((method) => ({ method, path, operation }))
    }),
  )
}

t.test('the documentation says of each operation what it takes, who has it, and how it refuses', async (t) => {
  const { send } = await givenApi(t)
  const { paths, components, security } = (await send('GET', '/openapi.json')).json
  t.match(components.securitySchemes, { key: { scheme: 'bearer' }, token: { bearerFormat: 'JWT' } })
  t.strictSame(security, [{ key: [] }, { token: [] }])
  for (const { method, path, operation } of operationsOf(paths)) {
    const permission = operation['x-permission']
    if (operation.security?.length === 0 || permission === undefined) continue
    t.match(operation.description, `\`${permission}\``, `${method} ${path}`)
    for (const status of ['401', '403', '503']) t.ok(status in operation.responses, `${method} ${path} ${status}`)
  }
  const { description } = paths['/api/v1/tasks/{id}'].delete
  t.match(description, 'Roles: admin, operator; on their own: member.')
  t.equal(paths['/api/v1/roles'].get.description, 'For everybody with a key or a token.')
})

t.test('the roles are served as they are, to everybody who is known', async (t) => {
  const { send, db } = await givenApi(t)
  const { bearer } = await givenPerson(db, { role: 'customer' })
  const { status, json } = await send('GET', '/roles', undefined, bearer)
  t.equal(status, 200)
  t.strictSame(Object.fromEntries(json.items.map(({ role, permissions }: never) => [role, permissions])), JSON.parse(JSON.stringify(ROLES)))
  t.strictSame(Object.keys(json.permissions), ALL_PERMISSIONS)
  t.equal((await send('GET', '/roles', undefined, { authorization: '' })).status, 401)
})
