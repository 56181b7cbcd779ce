import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { makeLog } from '@lifeline/backbone/process/log'
import { noteForSummary } from '@lifeline/testing/notes'
import type { TestScope } from '@lifeline/testing/test-scope'
import { replayInOwnSystem } from '../../src/replay/own-system.ts'
import { readTrace, type TraceLine } from '../../src/replay/read-trace.ts'
import type { Tally } from '../../src/replay/replay.ts'
import { expectTally } from './expect-tally.ts'

const ROOT = fileURLToPath(new URL('../../../../', import.meta.url))
/** Real histories lie beside the project where it is developed; they are not ours to ship. */
const REAL = join(ROOT, '../shared/data')
const SAMPLE = join(ROOT, 'services/standalone/samples/onboarding.jsonl')

type Facts = Omit<Tally, 'activities' | 'mails'>

/** What a right replay gives, computed independently of this project. */
export const FACTS: Record<string, Facts> = {
  'permits.jsonl': { created: 717, moved: 1_429, noOps: 0, refused: 0, deadlinesPassed: 239, statuses: { Completed: 712, InProgress: 5 } },
  'incidents.jsonl': {
    created: 1_500,
    moved: 16_475,
    noOps: 7_328,
    refused: 7,
    deadlinesPassed: 0,
    statuses: { Completed: 1_496, Pending: 4 },
  },
  'onboarding.jsonl': {
    created: 64,
    moved: 184,
    noOps: 15,
    refused: 2,
    deadlinesPassed: 22,
    statuses: { Cancelled: 5, Completed: 51, InProgress: 8 },
  },
}

/** A real trace or, where the real ones are not, the sample that ships with the project. */
export function fileOf(name: string): string {
  const real = join(REAL, name)
  return existsSync(real) ? real : SAMPLE
}

/**
 * A trace with what a right replay of it gives. Of a part, all lines of its first `tasks`, that is worked out here, by rules
 * that are held to the facts of the whole (sample-replay.test.ts).
 */
export async function traceOf(
  name: 'permits.jsonl' | 'incidents.jsonl',
  { tasks = Number.POSITIVE_INFINITY } = {},
): Promise<{ lines: TraceLine[]; facts: Facts }> {
  const file = fileOf(name)
  if (file === SAMPLE) noteForSummary(`Replay of ${name}: not here, the shipped sample was replayed instead.`)
  const whole = await readTrace(file)
  const first = new Set(
    whole
      .filter(({ type }) => type === 'created')
      .slice(0, tasks)
      .map(({ task }) => task),
  )
  const lines = whole.filter(({ task }) => first.has(task))
  if (lines.length < whole.length) {
    const { mails: _, activities: __, ...facts } = expectTally(lines)
    return { lines, facts }
  }
  const facts = FACTS[basename(file)]
  if (facts === undefined) throw new Error(`Nobody has computed what a replay of ${file} must give.`)
  return { lines, facts }
}

export interface ReplayRun {
  env?: Record<string, string>
  notifications?: boolean
}

/** Replays into a system of its own, in a folder that is removed afterwards. */
export async function replayed(t: TestScope, lines: readonly TraceLine[], { env = {}, notifications = true }: ReplayRun): Promise<Tally> {
  const folder = await mkdtemp(join(tmpdir(), 'lifeline-replay-test-'))
  t.after(() => rm(folder, { recursive: true, force: true }))
  const stop = new AbortController()
  return await replayInOwnSystem({ lines, folder, log: makeLog('replay', 'warn'), signal: stop.signal, env, notifications })
}

/** Mails that must come of the lines alone: a task's to its assignee, a move's to the assignee unless they made it. */
export function expectedMails(lines: readonly TraceLine[], { moved, deadlinesPassed }: Facts) {
  const created = lines.filter((line) => line.type === 'created')
  const assignees = new Map(created.map((line) => [line.task, line.assignee]))
  const bySomebodyElse = lines.filter((line) => line.type === 'status' && line.actor !== assignees.get(line.task))
  return { created: created.length, atMostMoved: Math.min(moved, bySomebodyElse.length), deadlinesPassed }
}
