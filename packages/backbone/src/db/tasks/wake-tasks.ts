import type { Logger } from 'pino'
import { commitEach } from '../commit.ts'
import { DomainError } from '../errors.ts'
import type { Db } from '../schema.ts'
import { reading } from '../transaction.ts'
import { changeTask, type TaskOutcome } from './change-tasks.ts'
import { OPEN_STATUSES } from './status.ts'
import { nextWake } from './wake.ts'

export const CLOCK_ACTOR = 'system:clock'

/** Ids of tasks whose `wake_at` is at or behind `now`, the oldest first. */
export async function listDueTasks(db: Db, now: Date, limit: number): Promise<string[]> {
  const rows = await reading(() =>
    db.selectFrom('tasks').select('id').where('wake_at', '<=', now).orderBy('wake_at').fetch(limit).execute(),
  )
  return rows.map((row) => row.id)
}

/** The next instant at which time alone must change some task, or null. */
export async function nextTaskWake(db: Db): Promise<Date | null> {
  const row = await reading(() =>
    db
      .selectFrom('tasks')
      .select((eb) => eb.fn.min('wake_at').as('at'))
      .executeTakeFirst(),
  )
  return row?.at ?? null
}

/** How long a task that cannot be woken is left alone, so that it does not hold up the others. */
const POSTPONE_MS = 60_000

/**
 * Does what time has made due on these tasks, in one transaction. One that fails, fails by itself: it is logged and tried again in
 * a minute. Throws what may pass (`retry`), for instance a database that is away.
 */
export async function wakeTasks(db: Db, ids: readonly string[], now: Date, log: Logger): Promise<TaskOutcome[]> {
  const changes = ids.map((id) => ({ id, command: { do: 'wake' as const }, actor: CLOCK_ACTOR, now }))
  const outcomes: TaskOutcome[] = []
  for (const [i, settled] of (await commitEach(db, changeTask, changes)).entries()) {
    if (settled.status === 'fulfilled') {
      outcomes.push(settled.value)
      continue
    }
    const { reason: err } = settled
    if (err instanceof DomainError && err.retry) throw err
    const id = ids[i] ?? ''
    log.error({ err, taskId: id }, 'a task could not be woken; trying again in a minute')
    await setWake(db, id, new Date(now.getTime() + POSTPONE_MS))
  }
  for (const outcome of outcomes) {
    // A wake_at that is due although nothing is: left as it is, every tick would find it again.
    const stale = outcome.kind === 'unchanged' && outcome.task.wake_at !== null && outcome.task.wake_at <= now
    if (stale) await setWake(db, outcome.task.id, nextWake(outcome.task))
  }
  return outcomes
}

async function setWake(db: Db, id: string, at: Date | null) {
  await reading(() => db.updateTable('tasks').set({ wake_at: at }).where('id', '=', id).execute())
}

/**
 * The safety net under `wake_at`: tasks that are open and past their deadline, but that no tick will find, are made due
 * now. Answers how many; more than none is a defect somewhere.
 */
export async function repairWakes(db: Db, now: Date): Promise<number> {
  const { numUpdatedRows } = await reading(() =>
    db
      .updateTable('tasks')
      .set({ wake_at: now })
      .where('status', 'in', [...OPEN_STATUSES])
      .where('due_at', '<=', now)
      .where('deadline_passed_at', 'is', null)
      .where('deleted_at', 'is', null)
      .where((eb) => eb.or([eb('wake_at', 'is', null), eb('wake_at', '>', now)]))
      .executeTakeFirst(),
  )
  return Number(numUpdatedRows)
}
