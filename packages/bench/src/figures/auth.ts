import { commitOne } from '@lifeline/backbone/db/commit'
import { addKey } from '@lifeline/backbone/db/keys/add-key'
import type { Db } from '@lifeline/backbone/db/schema'
import { addTask } from '@lifeline/backbone/db/tasks/add-tasks'
import { givenUser } from '@lifeline/testing/given-user'
import type { Bench } from '../bench.ts'
import { watchDatabase } from '../databases.ts'
import type { Comparison, Figure, Side } from '../figure.ts'
import { ratioAtLeast } from '../goal.ts'
import { API_KEY, startApi } from '../services.ts'

const WINDOW = { warmUpMs: 500, windowMs: 2_000 }
const FIRST_WINDOW = { warmUpMs: 0, windowMs: 2_500 }
const TASKS = 1_000

/** What it costs to know who asks: the same request with each kind of credential, and a public route that asks nobody. */
export const auth: Figure = {
  name: 'auth',
  async prepare(bench) {
    const databaseUrl = await bench.databases.empty()
    const db = await watchDatabase(bench.scope, databaseUrl)
    // Nobody is refused: the limits are counted all the same.
    const limits = { RATE_LIMIT: '1000000', AUTH_RATE_LIMIT: '1000000' }
    const { url } = await startApi(bench, { DATABASE_URL: databaseUrl, BROKER_URL: await bench.vhost(), ...limits })
    const paths = await taskPaths(db)
    // A new kind of credential is a line.
    const bearers = { 'system key': API_KEY, 'stored key': await storedKey(db), 'access token': await accessToken(url, db) }
    const sides = [
      ...Object.entries(bearers).map(([name, bearer]) => getSide(bench, url, name, { paths, bearer })),
      getSide(bench, url, 'public', { paths: ['/health/live'], bearer: '' }),
    ]
    await bench.load.drive({ url, connections: 64, status: 200, requests: { kind: 'get', paths }, ...FIRST_WINDOW })
    return { sides, comparisons: comparisons() }
  },
}

async function taskPaths(db: Db): Promise<string[]> {
  const paths: string[] = []
  for (let i = 0; i < TASKS; i++) {
    const task = await commitOne(db, addTask, { title: `Task ${i}`, assignee: 'bob@example.org', actor: 'key:bench', now: new Date() })
    paths.push(`/tasks/${task.id}`)
  }
  return paths
}

/** Of somebody who may read every task, so that both do the same work. */
async function storedKey(db: Db): Promise<string> {
  const { id: ownerId } = await givenUser(db, { role: 'operator' })
  const key = { name: 'bench', ownerId, scopes: null, requestsPerMinute: null, expiresAt: null, actor: 'key:bench', now: new Date() }
  return (await commitOne(db, addKey, key)).text
}

/** The same of somebody who has logged in. */
async function accessToken(url: string, db: Db): Promise<string> {
  const person = { email: 'bench@example.org', password: 'a password of the bench' }
  const post = async (path: string, body: object) => {
    const response = await fetch(`${url}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
    if (!response.ok) throw new Error(await response.text())
    return await response.json()
  }
  await post('/auth/register', { ...person, name: 'Bench' })
  await db.updateTable('users').set({ role: 'operator' }).where('email_key', '=', person.email).execute()
  return ((await post('/auth/login', person)) as { accessToken: string }).accessToken
}

function getSide(bench: Bench, url: string, name: string, what: { paths: readonly string[]; bearer: string }): Side {
  return {
    name,
    async measure() {
      const requests = { kind: 'get', ...what } as const
      const { perSecond, p50, p99 } = await bench.load.drive({ url, connections: 64, status: 200, requests, ...WINDOW })
      return { 'requests/s': perSecond, 'p50 ms': p50, 'p99 ms': p99 }
    },
  }
}

function comparisons(): Comparison[] {
  const speed = (side: string) => `${side}: requests/s`
  const beside = (peer: string) => ({ unit: '/s', ours: speed('stored key'), peer: speed(peer) })
  return [
    { name: 'GET /tasks/:id at 64, a stored key beside the key of the environment', ...beside('system key'), goal: ratioAtLeast(0.9) },
    { name: 'GET /tasks/:id at 64, a stored key beside GET /health/live', ...beside('public') },
    {
      name: 'GET /tasks/:id at 64, an access token beside the key of the environment',
      unit: '/s',
      ours: speed('access token'),
      peer: speed('system key'),
    },
    { name: 'p99 at 64, a stored key', unit: 'ms', ours: 'stored key: p99 ms', peer: 'system key: p99 ms' },
  ]
}
