import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { TASK_MOVES } from '@lifeline/backbone/db/tasks/status'
import { makeLog } from '@lifeline/backbone/process/log'
import { freshDatabaseUrl } from '@lifeline/testing/databases'
import { type Test, test } from 'tap'
import { replayInOwnSystem } from '../src/replay/own-system.ts'
import { readTrace } from '../src/replay/read-trace.ts'

const SAMPLE = fileURLToPath(new URL('../samples/onboarding.jsonl', import.meta.url))

interface Line {
  at: string
  task: string
  type: 'created' | 'status' | 'activity'
  assignee: string
  dueAt: string | null
  to: string
  actor: string
}

/** The same history once more, by nothing but the table of moves. */
async function expectedTally(count?: number) {
  const moves: Record<string, readonly string[]> = TASK_MOVES
  const text = await readFile(SAMPLE, 'utf8')
  const lines = text
    .trim()
    .split('\n')
    .slice(0, count)
    .map((line) => JSON.parse(line) as Line)
  const tally = { created: 0, moved: 0, noOps: 0, refused: 0, activities: 0, deadlinesPassed: 0 }
  const mails = { 'task.created': 0, 'task.deadline.passed': 0, 'task.status.updated': 0 }
  const tasks = new Map<string, { status: string; assignee: string; dueAt: string | null }>()
  const passUntil = (at: string) => {
    for (const task of tasks.values()) {
      if (task.dueAt === null || task.dueAt > at || !['Pending', 'InProgress'].includes(task.status)) continue
      task.dueAt = null
      tally.deadlinesPassed++
      mails['task.deadline.passed']++
    }
  }
  for (const { at, task: name, type, assignee, dueAt, to, actor } of lines) {
    passUntil(at)
    const task = tasks.get(name)
    if (type === 'activity') tally.activities++
    else if (type === 'created') {
      tasks.set(name, { status: 'Pending', assignee, dueAt })
      tally.created++
      mails['task.created']++
    } else if (task?.status === to) tally.noOps++
    else if (task === undefined || !moves[task.status]?.includes(to)) tally.refused++
    else {
      task.status = to
      tally.moved++
      if (actor !== task.assignee) mails['task.status.updated']++
    }
  }
  passUntil('9999')
  const statuses: Record<string, number> = {}
  for (const { status } of tasks.values()) statuses[status] = (statuses[status] ?? 0) + 1
  return { ...tally, statuses, mails }
}

/** In a migrated database, which saves seconds. */
async function replaySample(t: Test, options: { count?: number; notifications?: boolean; onLine?: () => void }) {
  const lines = (await readTrace(SAMPLE)).slice(0, options.count)
  const env = { DATABASE_URL: await freshDatabaseUrl(t, 'pglite') }
  const log = makeLog('replay', 'silent')
  return await replayInOwnSystem({ lines, folder: t.testdir(), log, signal: new AbortController().signal, env, ...options })
}

test('a replay of the sample gives what its lines and the moves give', async (t) => {
  let seen = 0
  const tally = await replaySample(t, { onLine: () => seen++ })
  t.same(tally, await expectedTally())
  t.equal(seen, (await readTrace(SAMPLE)).length)
  t.ok(
    Object.values(tally.mails).every((count) => count > 0),
    'the sample shows something of everything',
  )
  t.ok(tally.noOps > 0 && tally.refused > 0 && tally.deadlinesPassed > 0)
})

test('with notifications off it counts the same, and ends although nobody reads the queues', async (t) => {
  t.same(await replaySample(t, { count: 40, notifications: false }), { ...(await expectedTally(40)), mails: {} })
})
