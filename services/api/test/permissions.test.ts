import { commitOne } from '@lifeline/backbone/db/commit'
import { addWindow } from '@lifeline/backbone/db/maintenance/change-window'
import { newId } from '@lifeline/backbone/db/new-id'
import { testChannel } from '@lifeline/backbone/db/notifications/channel-notifications'
import { addReport } from '@lifeline/backbone/db/reports/change-report'
import { upsertScheduler } from '@lifeline/backbone/db/schedulers/register-scheduler'
import type { Db } from '@lifeline/backbone/db/schema'
import { addTask } from '@lifeline/backbone/db/tasks/add-tasks'
import { ALL_PERMISSIONS, type Permission, type Permissions, permissionsOf, ROLE_NAMES, ROLES } from '@lifeline/backbone/roles'
import { givenChannel } from '@lifeline/testing/given-channel'
import { givenUser } from '@lifeline/testing/given-user'
import t from 'tap'
import { givenApi, KEY } from './given-api.ts'
import { givenIncident } from './given-incident.ts'
import { givenKey, givenPerson } from './given-key.ts'

interface Schema {
  type?: string | string[]
  format?: string
  pattern?: string
  enum?: unknown[]
  required?: string[]
  properties?: Record<string, Schema>
}
interface Operation {
  'x-permission'?: Permission
  security?: unknown[]
  description?: string
  responses: Record<string, unknown>
  parameters?: { in: string; name: string; required?: boolean }[]
  requestBody?: { content: { 'application/json': { schema: Schema; example?: object } } }
}
type Method = 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE' | 'HEAD'

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

/** A row of each kind that paths name, of a user or of a stranger, and what they call it, if that is not its id alone. */
const ROWS: Record<string, (db: Db, userId: string | undefined) => Promise<string | Record<string, string>>> = {
  async schedulers(db, userId) {
    const registration = { name: `job ${newId()}`, periodSeconds: 60, actor: `user:${userId ?? 'stranger'}`, now: new Date() }
    const { scheduler } = await commitOne(db, upsertScheduler, registration)
    // Only a paused one resumes.
    await db.updateTable('schedulers').set({ status: 'Paused' }).where('id', '=', scheduler.id).execute()
    return { id: scheduler.id, slug: scheduler.slug ?? '', signal: 'log' }
  },
  async tasks(db, userId) {
    const actor = `user:${userId ?? 'stranger'}`
    return (await commitOne(db, addTask, { title: 'x', assignee: 'bob@example.org', actor, now: new Date() })).id
  },
  checks: (db, userId) => ROWS.schedulers?.(db, userId) ?? Promise.resolve(''),
  async keys(db, userId) {
    return (await givenKey(db, { ownerId: userId ?? null })).id
  },
  async channels(db) {
    return (await givenChannel(db)).id
  },
  async incidents(db, userId) {
    return (await givenIncident(db, { createdBy: `user:${userId ?? 'stranger'}` })).id
  },
  async 'maintenance-windows'(db) {
    const times = { startsAt: new Date(), endsAt: new Date('2035-01-01T00:00:00Z') }
    return (await commitOne(db, addWindow, { name: 'x', times, actor: 'key:test', now: new Date() })).id
  },
  async reports(db) {
    const times = { cron: '0 0 * * *', timeZone: 'UTC', durationSeconds: 60, refreshSeconds: 60 }
    return (await commitOne(db, addReport, { name: newId(), channels: [], tag: null, ...times, actor: 'key:test', now: new Date() })).id
  },
  async users(db, userId) {
    return userId ?? (await givenUser(db)).id
  },
}

/** Bodies that say more than a sample can, by method and path. */
const BODIES: Record<string, (db: Db, id: string) => Promise<object>> = {
  async 'POST /api/v1/maintenance-windows'() {
    return { name: 'x', startsAt: '2026-01-01T00:00:00Z', endsAt: '2035-01-01T00:00:00Z' }
  },
  async 'POST /api/v1/channels'() {
    return { name: newId(), type: 'email', settings: { addresses: ['bob@example.org'] } }
  },
  async 'PATCH /api/v1/channels/{id}'() {
    return { name: newId() }
  },
  async 'POST /api/v1/channels/{id}/replay'(db, id) {
    const sent = await commitOne(db, testChannel, { channelId: id, actor: 'user:1', machineNow: new Date() })
    const notificationId = sent?.[0]?.id ?? ''
    await db.updateTable('notifications').set({ status: 'Failed' }).where('id', '=', notificationId).execute()
    return { notificationId }
  },
}

/** What a route cannot refuse for its body: of each required field something, or of one. */
function sampleOf({ requestBody }: Operation): unknown {
  const { schema, example } = requestBody?.content['application/json'] ?? {}
  if (schema === undefined) return undefined
  if (example !== undefined) return { ...example, name: `job ${newId()}` }
  const { required = [], properties = {} } = schema
  const names = required.length > 0 ? required : Object.keys(properties).slice(0, 1)
  return Object.fromEntries(names.map((name) => [name, name === 'name' ? `job ${newId()}` : sampleValue(properties[name] ?? {})]))
}

function sampleValue({ enum: values, format, pattern, type }: Schema): unknown {
  if (values !== undefined) return values[0]
  if (format === 'email') return `bob${newId()}@example.org`
  if (format === 'date-time') return '2035-01-01T00:00:00Z'
  if (pattern?.startsWith('^')) return 'x'
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
    // New ones for each: some routes end sessions, or the account.
    for (const caller of await givenCallers(db)) {
      for (const whose of path.includes('{') ? (['strangers', 'own'] as const) : (['nobodys'] as const)) {
        if (whose === 'own' && caller.userId === undefined) continue
        const url =
          path.includes('{') && operation.security?.length !== 0
            ? await addressOf(db, asked, whose === 'own' ? caller.userId : undefined)
            : path
        const payload = (await BODIES[`${method} ${path}`]?.(db, url.split('/')[4] ?? '')) ?? sampleOf(operation)
        const response = await app.inject({
          method,
          url: withQuery(url, operation),
          headers: caller.bearer,
          ...(payload === undefined ? {} : { payload: payload as object }),
        })
        const what = `${method} ${path} by ${caller.name}, ${whose}: ${response.statusCode} ${response.body.slice(0, 200)}`
        t.match(String(response.statusCode), expected(asked, caller, whose), what)
      }
    }
  }
})

/** The path of a row that is made for it. */
async function addressOf(db: Db, { path }: Asked, userId: string | undefined): Promise<string> {
  const row = await ROWS[path.split('/')[3] ?? '']?.(db, userId)
  const names: Record<string, string> = typeof row === 'object' ? row : { id: row ?? '' }
  const url = path.replace(/\{(\w+)\}/g, (whole, name: string) => names[name] || whole)
  if (url.includes('{')) throw new Error(`Tell ROWS how to make what ${path} names.`)
  return url
}

/** With what it asks for in the query. */
function withQuery(url: string, { parameters = [] }: Operation): string {
  const needed = parameters.filter((parameter) => parameter.in === 'query' && parameter.required === true)
  return needed.length === 0 ? url : `${url}?${needed.map(({ name }) => `${name}=x`).join('&')}`
}

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
