import { basename } from 'node:path'
import { fileURLToPath } from 'node:url'
import { makeLog } from '@lifeline/backbone/process/log'
import { freshDatabaseUrl } from '@lifeline/testing/databases'
import { type Test, test } from 'tap'
import { replayInOwnSystem } from '../src/replay/own-system.ts'
import { readTrace } from '../src/replay/read-trace.ts'
import { expectTally } from './replay/expect-tally.ts'
import { FACTS, fileOf } from './replay/traces.ts'

const SAMPLE = fileURLToPath(new URL('../samples/onboarding.jsonl', import.meta.url))

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
  const lines = await readTrace(SAMPLE)
  t.same(tally, expectTally(lines))
  t.equal(seen, lines.length)
  t.ok(
    Object.values(tally.mails).every((count) => count > 0),
    'the sample shows something of everything',
  )
  t.ok(tally.noOps > 0 && tally.refused > 0 && tally.deadlinesPassed > 0)
})

test('with notifications off it counts the same, and ends although nobody reads the queues', async (t) => {
  const expected = expectTally((await readTrace(SAMPLE)).slice(0, 40))
  t.same(await replaySample(t, { count: 40, notifications: false }), { ...expected, mails: {} })
})

for (const [name, facts] of Object.entries(FACTS)) {
  test(`what is expected of ${name} is what was computed of it elsewhere`, async (t) => {
    const { mails: _, activities: __, ...tally } = expectTally(await readTrace(fileOf(name)))
    // Where the real histories are not, the sample stands in for them.
    t.same(tally, FACTS[basename(fileOf(name))] ?? facts)
  })
}
