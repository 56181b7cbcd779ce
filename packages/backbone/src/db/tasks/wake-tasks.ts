import type { Logger } from 'pino'
import { DomainError, LostRaceError } from '../errors.ts'
import type { Writer } from '../group-commit.ts'
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
 * Does what time has made due on these tasks. One that cannot be woken fails by itself: it is logged and tried again in a
 * minute. Whatever another clock was quicker with is left to it. Throws when the database is away.
 */
export async function wakeTasks(
  { db, writer, log }: { db: Db; writer: Writer; log: Logger },
  ids: readonly string[],
  now: Date,
): Promise<TaskOutcome[]> {
  const wake = (id: string) => writer.submit(changeTask, { id, command: { do: 'wake' }, actor: CLOCK_ACTOR, now })
  const outcomes: TaskOutcome[] = []
  for (const [i, settled] of (await Promise.allSettled(ids.map(wake))).entries()) {
    if (settled.status === 'fulfilled') {
      outcomes.push(settled.value)
      continue
    }
    const { reason: err } = settled
    if (err instanceof LostRaceError) continue
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
