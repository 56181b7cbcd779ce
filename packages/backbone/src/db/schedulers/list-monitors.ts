import type { Db } from '../schema.ts'
import { reading } from '../transaction.ts'
import type { SchedulerOwner } from './owner.ts'
import { readWithTags } from './read-with-tags.ts'
import { isLate } from './scheduler.ts'
import type { SchedulerStatus } from './status.ts'

/** As much of a scheduler as somebody who watches them all wants to know. */
export interface Monitor {
  name: string
  tags: string[]
  status: SchedulerStatus
  late: boolean
  running: boolean
  lastDurationMs: number | null
}

const PAGE = 1_000

/** Every scheduler, the oldest first, in pages: there may be a hundred thousand. */
export async function* listMonitors(db: Db, owner: SchedulerOwner, now: Date): AsyncGenerator<Monitor[]> {
  let afterId: string | undefined
  for (;;) {
    const rows = await readPage(db, owner, afterId)
    yield rows.map(({ name, tags, ...row }) => ({
      name,
      tags,
      status: row.status,
      late: isLate(row, now),
      running: row.open_runs !== null,
      lastDurationMs: row.last_duration_ms,
    }))
    afterId = rows.at(-1)?.id
    if (rows.length < PAGE) return
  }
}

function readPage(db: Db, owner: SchedulerOwner, afterId: string | undefined) {
  return reading(async () => {
    const all = db
      .selectFrom('schedulers')
      .select(['id', 'name', 'status', 'open_runs', 'expected_at', 'last_duration_ms'])
      .where('deleted_at', 'is', null)
      .orderBy('id')
    const own = owner === undefined ? all : all.where('created_by', 'in', owner)
    return await readWithTags(db, (afterId === undefined ? own : own.where('id', '>', afterId)).fetch(PAGE))
  })
}
