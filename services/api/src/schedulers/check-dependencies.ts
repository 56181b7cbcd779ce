import { findSchedulers } from '@lifeline/backbone/db/schedulers/find-schedulers'
import { isOwnScheduler, type SchedulerOwner } from '@lifeline/backbone/db/schedulers/owner'
import { listOf, type SchedulerRow } from '@lifeline/backbone/db/schedulers/scheduler'
import type { Db } from '@lifeline/backbone/db/schema'
import { reading } from '@lifeline/backbone/db/transaction'
import { invalid } from '../problem.ts'

/** Steps from a scheduler to those it depends on, and on to theirs, that are looked at. */
const MOST_STEPS = 10

/**
 * Throws when one of `dependsOn` is unknown to whoever asks, or leads back to `id`: two that wait for each other would both
 * stay silent.
 */
export async function checkDependencies(
  db: Db,
  { id, dependsOn, owner }: { id: string | undefined; dependsOn: readonly string[] | undefined; owner: SchedulerOwner },
): Promise<void> {
  if (dependsOn === undefined || dependsOn.length === 0) return
  const refused = (detail: string) => invalid([{ in: 'body', pointer: '/dependsOn', detail }])
  const known = await reading(() => findSchedulers(db, dependsOn))
  const missing = dependsOn.find((one) => !known.some((row) => row.id === one && isOwnScheduler(row, owner)))
  if (missing !== undefined) throw refused(`must be ids of schedulers that exist; ${missing} does not`)
  if (id === undefined) return
  const seen = new Set(dependsOn)
  let rows: readonly SchedulerRow[] = known
  for (let step = 0; step < MOST_STEPS && rows.length > 0; step++) {
    if (seen.has(id)) throw refused('must not lead back to the scheduler itself')
    const next = [...new Set(rows.flatMap((row) => listOf(row.depends_on)))].filter((one) => !seen.has(one))
    for (const one of next) seen.add(one)
    rows = await reading(() => findSchedulers(db, next))
  }
  if (seen.has(id)) throw refused('must not lead back to the scheduler itself')
}
