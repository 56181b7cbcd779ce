import { readFileSync } from 'node:fs'
import { commitOne } from '@lifeline/backbone/db/commit'
import { fragments } from '@lifeline/backbone/db/dialect/fragments'
import { splitStatements } from '@lifeline/backbone/db/migrate'
import { countDeltas, foldDeltas } from '@lifeline/backbone/db/rollups/fold-deltas'
import type { Db } from '@lifeline/backbone/db/schema'
import { aggregateTasks } from '@lifeline/backbone/db/tasks/aggregate-tasks'
import { changeTask } from '@lifeline/backbone/db/tasks/change-tasks'
import { ENGINES, freshDatabase } from '@lifeline/testing/databases'
import { sql } from 'kysely'
import t from 'tap'
import { ANN, at, givenMoves, givenTask } from '../db/given-task.ts'
import { addUpTasks } from './add-up.ts'

/** The statement of the migration that takes over the tasks that are there. */
function takeOver(db: Db): string {
  const file = new URL(`../../../../sql/${fragments(db).migrations}/0004-task-rollups.breaking.sql`, import.meta.url)
  const statement = splitStatements(readFileSync(file, 'utf8')).find((one) => /^insert into "?task_deltas/m.test(one))
  if (statement === undefined) throw new Error('The migration takes nothing over.')
  return statement
}

for (const engine of ENGINES) {
  t.test(`${engine}: the migration takes over the tasks that are there`, async (t) => {
    const db = await freshDatabase(t, engine)
    await givenTask(db, { now: at('23:59:59') })
    const done = await givenTask(db, { now: at('00:00:00'), dueAt: at('12:30:00'), assignee: 'eve@example.org' })
    await commitOne(db, changeTask, { id: done.id, command: { do: 'wake' }, actor: ANN, now: at('12:30:00') })
    await givenMoves(db, done, [
      ['InProgress', at('12:40:00')],
      ['Completed', new Date('2026-03-02T12:45:00.125Z')],
    ])
    const gone = await givenTask(db)
    await commitOne(db, changeTask, { id: gone.id, command: { do: 'delete' }, actor: ANN, now: at('13:00:00') })
    await db.deleteFrom('task_deltas').execute()
    t.equal((await aggregateTasks(db, 'day', {}, 10)).total.tasks, 0)

    await sql.raw(takeOver(db)).execute(db)
    t.equal(await countDeltas(db), 2)
    for (const folded of [0, 2]) {
      if (folded > 0) t.equal(await foldDeltas(db, folded), folded)
      for (const groupBy of ['status', 'assignee', 'day'] as const)
        t.strictSame(await aggregateTasks(db, groupBy, {}, 10), await addUpTasks(db, groupBy, {}), `${groupBy}, ${folded} folded`)
    }
  })
}
