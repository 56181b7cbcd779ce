import { commitOne } from '@lifeline/backbone/db/commit'
import { makeWriter } from '@lifeline/backbone/db/group-commit'
import type { Db } from '@lifeline/backbone/db/schema'
import { addTask } from '@lifeline/backbone/db/tasks/add-tasks'
import { changeTask } from '@lifeline/backbone/db/tasks/change-tasks'
import type { TaskCommand } from '@lifeline/backbone/db/tasks/decide'
import { TASK_STATUSES } from '@lifeline/backbone/db/tasks/status'
import { type Engine, freshDatabase } from '@lifeline/testing/databases'
import fc from 'fast-check'
import t from 'tap'
import { ANN, at, NOON } from './given-task.ts'

const TASKS = 4

type Asked = { task: number; command: TaskCommand } | { create: string | null }

const command = fc.oneof(
  fc.constantFrom(...TASK_STATUSES).map((to): TaskCommand => ({ do: 'move', to, reason: null })),
  fc.constantFrom('a', 'b', 'c').map((title): TaskCommand => ({ do: 'edit', edit: { title } })),
  fc.subarray(['x', 'y', 'z']).map((labels): TaskCommand => ({ do: 'edit', edit: { labels } })),
  fc.constant<TaskCommand>({ do: 'delete' }),
)
const asked: fc.Arbitrary<Asked> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ task: fc.nat(TASKS - 1), command }) },
  { weight: 1, arbitrary: fc.constantFrom(null, 'r1', 'r2').map((create) => ({ create })) },
)
/** What becomes of the statements, in turn: they run, end in a deadlock, or never reach the database. */
const fates = fc.array(fc.constantFrom('ok', 'ok', 'ok', 'deadlock', 'away'), { minLength: 1, maxLength: 12 })
/** After how many operations the event loop turns. */
const turns = fc.array(fc.nat(6), { minLength: 1, maxLength: 10 })

/** Lets reads and writes fail before they run. */
function failing(db: Db, fate: () => string): Db {
  const fail = () => {
    const how = fate()
    if (how === 'deadlock') throw Object.assign(new Error('deadlock detected'), { code: '40P01' })
    if (how === 'away') throw Object.assign(new Error('gone'), { code: 'ECONNRESET' })
  }
  return new Proxy(db, {
    get(target, name) {
      const value = Reflect.get(target, name, target)
      if (typeof value !== 'function') return value
      return (...args: unknown[]) => {
        if (name === 'selectFrom' || name === 'executeQuery' || name === 'transaction') fail()
        return value.apply(target, args)
      }
    },
  })
}

async function stateOf(db: Db, ids: readonly string[]) {
  const rows = await db.selectFrom('tasks').select(['id', 'title', 'status', 'version', 'deleted_at']).where('id', 'in', ids).execute()
  const labels = await db.selectFrom('task_labels').selectAll().where('task_id', 'in', ids).execute()
  const logs = await db.selectFrom('task_logs').select(['task_id', 'version', 'action', 'to_status']).where('task_id', 'in', ids).execute()
  const events = await db.selectFrom('outbox').select(['subject', 'message_id', 'routing_key']).orderBy('seq').execute()
  return ids.map((id) => ({
    row: rows.flatMap((row) => (row.id === id ? [{ ...row, id: '' }] : [])),
    labels: labels.flatMap((row) => (row.task_id === id ? [row.label] : [])).sort(),
    logs: logs.flatMap((row) => (row.task_id === id ? [`${row.version} ${row.action} ${row.to_status}`] : [])).sort(),
    events: events.flatMap((row) => (row.subject === `task/${id}` ? [`${row.message_id.split('@')[1]} ${row.routing_key}`] : [])),
  }))
}

async function emptied(db: Db): Promise<string[]> {
  for (const table of ['outbox', 'task_labels', 'task_logs', 'tasks'] as const) await db.deleteFrom(table).execute()
  const ids: string[] = []
  for (let i = 0; i < TASKS; i++)
    ids.push((await commitOne(db, addTask, { title: `${i}`, assignee: 'b@example.org', actor: ANN, now: NOON })).id)
  return ids
}

const newTask = (externalRef: string | null) => ({ title: 'new', assignee: 'b@example.org', externalRef, actor: ANN, now: NOON })

for (const engine of ['pglite', 'postgres', 'oracle-h2'] satisfies Engine[]) {
  t.test(`${engine}: random operations, failures and interleavings come to what the same operations come to one by one`, async (t) => {
    const [db, model] = [await freshDatabase(t, engine), await freshDatabase(t, engine)]
    const run = fc.asyncProperty(fc.array(asked, { minLength: 1, maxLength: 40 }), fates, turns, async (operations, fates, turns) => {
      const [ids, modelIds] = [await emptied(db), await emptied(model)]
      let statement = 0
      const writer = makeWriter(
        failing(db, () => fates[statement++ % fates.length] ?? 'ok'),
        { batch: 7, transactions: 3 },
      )
      const change = (list: string[], task: number, command: TaskCommand) => ({
        id: list[task] ?? '',
        command,
        actor: ANN,
        now: at('13:00:00'),
      })
      const answers: Promise<PromiseSettledResult<unknown>>[] = []
      for (const [i, one] of operations.entries()) {
        const answer =
          'create' in one ? writer.submit(addTask, newTask(one.create)) : writer.submit(changeTask, change(ids, one.task, one.command))
        answers.push(Promise.allSettled([answer]).then(([settled]) => settled))
        for (let n = turns[i % turns.length] ?? 0; n > 0; n--) await new Promise(setImmediate)
      }
      // Each alone, in their order; those that the database never took are as if they had not been asked for.
      for (const [i, settled] of (await Promise.all(answers)).entries()) {
        const one = operations[i] as Asked
        if (settled.status === 'rejected' && !/not_unique/.test(settled.reason.code)) {
          if (!/database_unavailable|deadlock|contended/.test(settled.reason.code)) throw settled.reason
          continue
        }
        const alone =
          'create' in one
            ? commitOne(model, addTask, newTask(one.create))
            : commitOne(model, changeTask, change(modelIds, one.task, one.command))
        const [expected] = await Promise.allSettled([alone])
        const kindOf = (end: PromiseSettledResult<unknown>) =>
          end.status === 'rejected' ? end.reason.code : ((end.value as { kind?: string }).kind ?? 'added')
        if (kindOf(settled) !== kindOf(expected))
          throw new Error(`${i}: ${JSON.stringify(one)} was ${kindOf(settled)}, not ${kindOf(expected)}`)
        if ('create' in one && settled.status === 'fulfilled' && expected.status === 'fulfilled') {
          ids.push((settled.value as { id: string }).id)
          modelIds.push((expected.value as { id: string }).id)
        }
      }
      const [is, should] = [await stateOf(db, ids), await stateOf(model, modelIds)]
      if (JSON.stringify(is) !== JSON.stringify(should)) throw new Error(`${JSON.stringify(is)}\nis not\n${JSON.stringify(should)}`)
      const count = async (one: Db) => (await one.selectFrom('tasks').select('id').execute()).length
      if ((await count(db)) !== (await count(model))) throw new Error('Something was written that nobody was told of.')
    })
    await t.resolves(fc.assert(run, { numRuns: engine === 'oracle-h2' ? 15 : 40 }))
  })
}
