import { type AppOptions, buildApp } from '@lifeline/api/app'
import { makeWriter } from '@lifeline/backbone/db/group-commit'
import { makeLog } from '@lifeline/backbone/process/log'
import { makeSecrets } from '@lifeline/backbone/process/secrets'
import { type Engine, freshDatabase } from '@lifeline/testing/databases'
import type { TestScope } from '@lifeline/testing/test-scope'
import { virtualClock } from '@lifeline/testing/virtual-clock'

export const SECRET = 'a secret of tests, for nothing that lasts'
export const SECRETS = makeSecrets(SECRET)
export const KEY = 'llk_test_0123456789abcdef'

type Method = 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE' | 'HEAD'

/** The API on a database of the test's own, its domain clock standing at 2026-03-02T09:00Z, and what it has logged. */
export async function givenApi(t: TestScope, engine: Engine = 'pglite', options: Partial<AppOptions> = {}) {
  const db = options.db ?? (await freshDatabase(t, engine))
  const clock = virtualClock()
  const lines: Record<string, unknown>[] = []
  const log = makeLog('api', 'info', { write: (line) => void lines.push(JSON.parse(line)) })
  const app = await buildApp({
    apiKeys: [KEY],
    clock,
    log,
    brokerHealth: () => ({ connected: true }),
    writer: makeWriter(db),
    secrets: SECRETS,
    ...options,
    // All tests come from one address, many are refused on purpose, and PGlite holds the loop up on a busy machine.
    http: { authRequestsPerMinute: 10_000, requestsPerMinute: 10_000, maxEventLoopDelayMs: 60_000, ...options.http },
    db,
  })
  t.after(() => app.close())

  /** One request with the key. A body that is no string is sent as JSON; `json` is the answer's. */
  async function send(method: Method, url: string, body?: unknown, headers: Record<string, string> = {}) {
    const payload = typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body)
    const response = await app.inject({
      method,
      url,
      headers: { authorization: `Bearer ${KEY}`, ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
      ...(body === undefined ? {} : { payload }),
    })
    const isJson = /json/.test(String(response.headers['content-type'])) && response.body !== ''
    return { status: response.statusCode, headers: response.headers, body: response.body, json: isJson ? response.json() : undefined }
  }

  /** Creates a task and answers it. */
  async function create(body: object = {}, headers: Record<string, string> = {}) {
    const answer = await send('POST', '/tasks', { title: 'Answer the letter', assignee: 'bob@example.org', ...body }, headers)
    if (answer.status !== 201) throw new Error(answer.body)
    return answer.json as { id: string; version: number; [field: string]: unknown }
  }

  const move = (id: string, status: string) => send('PATCH', `/tasks/${id}/status`, { status })

  return { app, db, clock, lines, send, create, move }
}
