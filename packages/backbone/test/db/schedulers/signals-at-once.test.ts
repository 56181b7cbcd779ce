import { makeWriter } from '@lifeline/backbone/db/group-commit'
import { openDatabase } from '@lifeline/backbone/db/open'
import { changeScheduler, signalCommand } from '@lifeline/backbone/db/schedulers/change-scheduler'
import { getScheduler } from '@lifeline/backbone/db/schedulers/find-schedulers'
import { listPings } from '@lifeline/backbone/db/schedulers/history'
import { openRunsOf } from '@lifeline/backbone/db/schedulers/open-runs'
import type { Signal } from '@lifeline/backbone/db/schedulers/signals'
import type { Db } from '@lifeline/backbone/db/schema'
import { CONCURRENT_ENGINES, ENGINES, freshDatabase, freshDatabaseUrl } from '@lifeline/testing/databases'
import t, { type Test } from 'tap'
import { minute } from './given-life.ts'
import { ACTOR, givenScheduler } from './given-scheduler.ts'

/** Signals through one writer for each database; whoever loses a race too often says it again, as a client would. */
async function sendAll(databases: readonly Db[], id: string, signals: readonly Signal[]) {
  const writers = databases.map((db) => makeWriter(db))
  await Promise.all(
    signals.map(async (signal, i) => {
      const input = { id, command: signalCommand(signal), actor: ACTOR, now: minute(1) }
      for (;;) {
        const sent = await Promise.allSettled([writers[i % writers.length]?.submit(changeScheduler, input)])
        if (sent[0].status === 'fulfilled') return
        if (sent[0].reason.code !== 'contended') throw sent[0].reason
      }
    }),
  )
}

async function assertNothingLost(t: Test, databases: readonly Db[]) {
  const [db] = databases
  if (db === undefined) return
  const row = await givenScheduler(db, { failureTolerance: 100 })
  const starts = Array.from({ length: 20 }, (_, i): Signal => ({ kind: 'start', runId: `run${i}` }))
  await sendAll(databases, row.id, [...starts, ...Array.from({ length: 20 }, (): Signal => ({ kind: 'fail', runId: 'other' }))])
  const then = await getScheduler(db, row.id)
  t.equal(openRunsOf(then).length, 20)
  t.match(then, { pings: 40, runs: 20, consecutive_failures: 20, version: 21, revision: 41 })
  const numbers = (await listPings(db, row.id, { limit: 100 })).map(({ number }) => number)
  t.strictSame(
    numbers,
    Array.from({ length: 40 }, (_, i) => 40 - i),
  )
  await sendAll(
    databases,
    row.id,
    starts.map(({ runId }) => ({ kind: 'success', runId: runId ?? null })),
  )
  t.match(await getScheduler(db, row.id), { open_runs: null, runs: 40, status: 'Up', consecutive_successes: 20 })
}

for (const engine of ENGINES) {
  t.test(`${engine}: signals of one scheduler that come at once are all counted, and no run is lost`, async (t) => {
    await assertNothingLost(t, [await freshDatabase(t, engine)])
  })
}

for (const engine of CONCURRENT_ENGINES) {
  t.test(`${engine}: the same from two processes`, async (t) => {
    const url = await freshDatabaseUrl(t, engine)
    const databases = await Promise.all([openDatabase(url), openDatabase(url)])
    t.after(() => Promise.all(databases.map((db) => db.destroy())))
    await assertNothingLost(t, databases)
  })
}
