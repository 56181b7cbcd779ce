import { API_KEY } from '../services.ts'
import type { RequestSpec } from './load-spec.ts'

/** Writes the next request of a connection. Numbers start at 0. */
export type NextRequest = (connection: number, number: number) => string

/** What every created task has beside its assignee; the rows of pgbench are made from the same. */
export const NEW_TASK = { title: 'Write the report of the third quarter', dueAt: '2035-01-01T09:00:00Z', remindBefore: ['P1D'] }
export const PEOPLE = 1_000
/** Always of the same length, as pgbench's rows are. */
export const personAddress = (number: number) => `person${String(number % PEOPLE).padStart(3, '0')}@example.org`

export function requestMaker(spec: RequestSpec, connections: number): NextRequest {
  if (spec.kind === 'create') {
    const { series } = spec
    const addressOf = series === undefined ? personAddress : (number: number) => `${series}-${number}@example.org`
    return (_, number) => withBody('POST', '/tasks', { ...NEW_TASK, assignee: addressOf(number) })
  }
  if (spec.kind === 'get') {
    const common = commonHead(spec.bearer ?? API_KEY)
    return (_, number) => `GET ${spec.paths[number % spec.paths.length] ?? '/'} HTTP/1.1\r\n${common}\r\n`
  }
  if (spec.kind === 'send') {
    const { method, paths, body } = spec
    return (_, number) => withBody(method, paths[number % paths.length] ?? '/', body)
  }
  if (spec.kind === 'register') {
    return (_, number) => withBody('POST', '/schedulers/register', { name: `${spec.series} ${number}`, cron: '*/5 * * * *', tags: ['new'] })
  }
  return moves(spec.tasks, connections)
}

/** Connection c has the tasks c, c + connections, c + 2 connections, … for itself. */
function moves(tasks: readonly { id: string; status: string }[], connections: number): NextRequest {
  const now = tasks.map(({ id, status }) => ({ id, status }))
  const turns = Array.from({ length: connections }, (_, connection) => connection)
  return (connection) => {
    const index = turns[connection] ?? 0
    turns[connection] = index + connections < now.length ? index + connections : connection
    const task = now[index]
    if (task === undefined) throw new Error('There are fewer tasks than connections.')
    task.status = task.status === 'Pending' ? 'InProgress' : 'Pending'
    return withBody('PATCH', `/tasks/${task.id}/status`, { status: task.status })
  }
}

const commonHead = (bearer: string) => `Host: 127.0.0.1\r\n${bearer === '' ? '' : `Authorization: Bearer ${bearer}\r\n`}`
const COMMON = commonHead(API_KEY)

function withBody(method: string, path: string, value: unknown): string {
  const body = JSON.stringify(value)
  return `${method} ${path} HTTP/1.1\r\n${COMMON}Content-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`
}
