import { makeWriter } from '@lifeline/backbone/db/group-commit'
import type { Db } from '@lifeline/backbone/db/schema'
import { makeLog } from '@lifeline/backbone/process/log'
import { tick } from '@lifeline/clock/tick'
import { sql } from 'kysely'
import type { Bench } from '../bench.ts'
import { countRows, emptyOutbox, watchDatabase } from '../databases.ts'
import type { Figure, Side } from '../figure.ts'
import { oursAtLeast, oursAtMost, ratioBetween } from '../goal.ts'
import { median } from '../quantile.ts'

const DUE = 10_000
const IDLE_TICKS = 300
/** What the clock has as DATABASE_CONNECTIONS by default. */
const CONNECTIONS = 10

/** The clock's tick, called here: 10,000 due tasks among a million and among three, and a tick with nothing due. */
export const sweep: Figure = {
  name: 'sweep',
  async prepare(bench) {
    const sides = [...(await sidesOf(bench, '1 M', 1_000_000)), ...(await sidesOf(bench, '3 M', 3_000_000))]
    return {
      sides,
      comparisons: [
        { name: '10,000 due of 3 M tasks', unit: '/s', ours: 'due of 3 M: tasks/s', goal: oursAtLeast(20_000) },
        {
          name: '10,000 due of 3 M tasks, beside those of 1 M',
          unit: '/s',
          ours: 'due of 3 M: tasks/s',
          peer: 'due of 1 M: tasks/s',
          goal: ratioBetween(0.8, 1.25),
        },
        {
          name: 'a tick with nothing due among 3 M tasks, beside 1 M',
          unit: 'ms',
          ours: 'nothing due of 3 M: ms',
          peer: 'nothing due of 1 M: ms',
          goal: oursAtMost(1),
        },
      ],
    }
  },
}

async function sidesOf(bench: Bench, name: string, tasks: number): Promise<Side[]> {
  bench.say(`sweep: filling ${name} tasks`)
  const db = await watchDatabase(bench.scope, await bench.databases.filled(tasks), CONNECTIONS)
  // Domain time stands still, so that nothing becomes due but what is made due.
  const now = new Date()
  const options = { db, writer: makeWriter(db), clock: { now: () => now }, log: makeLog('bench', 'error') }
  const tickAll = async () => {
    while (await tick(options));
  }
  await tickAll()
  await emptyOutbox(db)
  async function sweepDue() {
    await makeDue(db, now)
    const seconds = await timed(tickAll)
    const passed = await countRows(db, 'outbox', `routing_key = 'task.deadline.passed'`)
    if (passed !== DUE) throw new Error(`${DUE} deadlines were due, and ${passed} passed.`)
    await emptyOutbox(db)
    return { 'tasks/s': DUE / seconds }
  }
  // The first time compiles code and plans.
  await sweepDue()
  return [
    { name: `due of ${name}`, measure: sweepDue },
    {
      name: `nothing due of ${name}`,
      async measure() {
        const times: number[] = []
        for (let i = 0; i < IDLE_TICKS; i++) times.push(1_000 * (await timed(() => tick(options))))
        return { ms: median(times) }
      },
    },
  ]
}

/** Some open tasks from all over the table. */
async function makeDue(db: Db, now: Date): Promise<void> {
  const due = new Date(now.getTime() - 60_000)
  await sql`
    update tasks set due_at = ${due}, wake_at = ${due}, deadline_passed_at = null, fired_until = created_at
    where id in (
      select id from tasks where status in ('Pending', 'InProgress') and deleted_at is null order by random() limit ${sql.lit(DUE)}
    )`.execute(db)
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now()
  await work()
  return (performance.now() - startedAt) / 1_000
}
