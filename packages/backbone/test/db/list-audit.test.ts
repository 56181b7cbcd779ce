import { type AuditPlace, type AuditRow, listAudit } from '@lifeline/backbone/db/audit/list-audit'
import { commitOne } from '@lifeline/backbone/db/commit'
import { addKey } from '@lifeline/backbone/db/keys/add-key'
import { revokeKey } from '@lifeline/backbone/db/keys/revoke-key'
import type { Db } from '@lifeline/backbone/db/schema'
import { ENGINES, freshDatabase } from '@lifeline/testing/databases'
import { fillTasks } from '@lifeline/testing/fill-tasks'
import t from 'tap'
import { at, givenMoves, givenTask } from './given-task.ts'
import { lookAt } from './plans.ts'

/** Two tasks and two keys, all of whose changes but two were made at noon. */
async function givenStory(db: Db) {
  const task = await givenTask(db, { now: at('12:00:00'), actor: 'key:ci' })
  const other = await givenTask(db, { now: at('12:00:00'), actor: 'user:ann' })
  await givenMoves(db, task, [['OnHold', at('12:00:00')]])
  const base = { name: 'k', ownerId: null, scopes: null, requestsPerMinute: null, expiresAt: null, actor: 'user:ann' }
  const { key } = await commitOne(db, addKey, { ...base, now: at('12:00:00') })
  await commitOne(db, addKey, { ...base, now: at('11:00:00') })
  await commitOne(db, revokeKey, { id: key.id, actor: 'key:ci', now: at('13:00:00') })
  return { task, other, key }
}

const named = ({ kind, action, version }: AuditRow) => `${kind} ${action} ${version}`

for (const engine of ENGINES) {
  t.test(`${engine}: the logs of all kinds are one list, newest first`, async (t) => {
    const db = await freshDatabase(t, engine)
    const { task, other, key } = await givenStory(db)
    const rows = await listAudit(db, {}, { limit: 10 })
    t.strictSame(rows.map(named), ['key revoked 2', 'task created 1', 'task moved 2', 'task created 1', 'key created 1', 'key created 1'])
    t.match(rows[0], {
      kind: 'key',
      id: key.id,
      at: at('13:00:00'),
      actor: 'key:ci',
      from_status: 'Active',
      to_status: 'Revoked',
      reason: null,
    })
    t.match(rows[1], { id: other.id })
    t.match(rows[2], { id: task.id, from_status: 'Pending', to_status: 'OnHold', changes: /OnHold/ })
  })

  t.test(`${engine}: pages of any size go through all of it, also within one instant`, async (t) => {
    const db = await freshDatabase(t, engine)
    await givenStory(db)
    const all = await listAudit(db, {}, { limit: 10 })
    for (const limit of [1, 2, 3]) {
      const seen: AuditRow[] = []
      for (let after: AuditPlace | undefined; ; after = seen.at(-1)) {
        const page = await listAudit(db, {}, { limit, after })
        seen.push(...page)
        if (page.length < limit) break
      }
      t.strictSame(seen, all, `pages of ${limit}`)
    }
  })

  t.test(`${engine}: it is asked by actor, kind, row and time`, async (t) => {
    const db = await freshDatabase(t, engine)
    const { task, key } = await givenStory(db)
    const found = async (filter: Parameters<typeof listAudit>[1]) => (await listAudit(db, filter, { limit: 10 })).map(named)
    t.strictSame(await found({ actor: 'key:ci' }), ['key revoked 2', 'task created 1'])
    t.strictSame(await found({ kind: 'key', id: key.id }), ['key revoked 2', 'key created 1'])
    t.strictSame(await found({ kind: 'task', id: task.id }), ['task moved 2', 'task created 1'])
    t.strictSame(await found({ from: at('13:00:00') }), ['key revoked 2'])
    t.strictSame(await found({ to: at('12:00:00') }), ['key created 1'])
    t.strictSame(await found({ kind: 'session' }), [])
    t.strictSame(await found({ kind: 'user' }), [])
  })
}

t.test('postgres: the first page and a deep one are read along the index of time, whatever there is', async (t) => {
  const db = await freshDatabase(t, 'postgres')
  await fillTasks(db, 20_000, { until: at('12:00:00') })
  const deep = (await listAudit(db, {}, { limit: 5_000 })).at(-1)
  for (const after of [undefined, deep]) {
    const { indexes, nodes } = await lookAt(db, (db) => listAudit(db, {}, { limit: 20, after }))
    t.ok(indexes.includes('task_logs_at'), indexes.join(', '))
    t.notOk(nodes.includes('Sort') && !nodes.includes('Incremental Sort') && !indexes.includes('task_logs_at'), nodes.join(', '))
  }
  const one = await lookAt(db, (db) => listAudit(db, { kind: 'task', id: deep?.id ?? '' }, { limit: 20 }))
  t.match(one.indexes.join(), /task_logs_pkey/)
})
