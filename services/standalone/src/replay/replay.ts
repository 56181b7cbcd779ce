import type { Broker } from '@lifeline/backbone/broker/port'
import type { QueueName } from '@lifeline/backbone/broker/topology'
import type { Db } from '@lifeline/backbone/db/schema'
import { nextWakeOf } from '@lifeline/backbone/db/wake-rows'
import { countLogs, countMails, countStatuses } from './count.ts'
import type { TraceLine } from './read-trace.ts'
import { untilQuiet } from './until-quiet.ts'

export interface Tally {
  created: number
  moved: number
  /** Moves to the status the task had. */
  noOps: number
  /** Moves that are not in the table. */
  refused: number
  activities: number
  deadlinesPassed: number
  /** How many tasks ended in which status. */
  statuses: Record<string, number>
  /** Sent mails by template. */
  mails: Record<string, number>
}

export interface ReplayOptions {
  lines: readonly TraceLine[]
  /** The standalone system that is replayed into, over HTTP. */
  url: string
  apiKey: string
  /** Only to see what is waiting; every change goes through the API or the clock. */
  db: Db
  broker: Broker
  /** Domain time, moved by the replay. */
  clock: { set(at: Date): void }
  /** The clock service's own tick. Answers whether there may be more. */
  tick: () => Promise<boolean>
  /** Queues that somebody empties; all, unless given. */
  queues?: QueueName[] | undefined
  /** Called after each line. */
  onLine?: (() => void) | undefined
}

/**
 * Feeds a trace through the API under virtual time. Every wake fires at its own instant, before the line that comes
 * after it; after the last line time runs on until nothing is waiting.
 */
export async function replay({ lines, url, apiKey, db, broker, clock, tick, queues, onLine = () => {} }: ReplayOptions): Promise<Tally> {
  const ids = new Map<string, string>()
  const seen = { accepted: 0, refused: 0, activities: 0 }

  async function passTime(until: Date | null) {
    for (
      let wake = await nextWakeOf(db, 'tasks');
      wake !== null && (until === null || wake <= until);
      wake = await nextWakeOf(db, 'tasks')
    ) {
      clock.set(wake)
      while (await tick());
    }
  }

  async function call(method: string, path: string, body: unknown, actor: string | undefined) {
    const headers: Record<string, string> = { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' }
    if (actor !== undefined) headers['lifeline-actor'] = actor
    const response = await fetch(`${url}/api/v1${path}`, { method, headers, body: JSON.stringify(body) })
    const text = await response.text()
    if (!response.ok && response.status !== 409) throw new Error(`${method} ${path} answered ${response.status}: ${text}`)
    return { status: response.status, text }
  }

  async function create({ title, assignee, dueAt, task }: Extract<TraceLine, { type: 'created' }>) {
    const { status, text } = await call('POST', '/tasks', { title, assignee, dueAt, externalRef: task }, undefined)
    if (status !== 201) throw new Error(`${task} was not created: ${text}`)
    ids.set(task, JSON.parse(text).id)
  }

  async function move({ task, to, note, actor }: Extract<TraceLine, { type: 'status' }>) {
    const id = ids.get(task)
    if (id === undefined) throw new Error(`${task} is moved before it is created.`)
    const { status } = await call('PATCH', `/tasks/${id}/status`, { status: to, reason: note ?? null }, actor)
    if (status === 409) seen.refused++
    else seen.accepted++
  }

  for (const line of lines) {
    const at = new Date(line.at)
    await passTime(at)
    clock.set(at)
    if (line.type === 'created') await create(line)
    else if (line.type === 'status') await move(line)
    else seen.activities++
    onLine()
  }
  await passTime(null)
  await untilQuiet(db, broker, queues)
  const logged = await countLogs(db)
  const moved = logged.moved ?? 0
  return {
    created: logged.created ?? 0,
    moved,
    noOps: seen.accepted - moved,
    refused: seen.refused,
    activities: seen.activities,
    deadlinesPassed: logged.deadline_passed ?? 0,
    statuses: await countStatuses(db),
    mails: await countMails(db),
  }
}
