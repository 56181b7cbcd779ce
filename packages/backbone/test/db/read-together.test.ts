import { DatabaseUnavailableError } from '@lifeline/backbone/db/errors'
import { makeWriter } from '@lifeline/backbone/db/group-commit'
import { readTogether } from '@lifeline/backbone/db/read-together'
import { findIdByName, getScheduler } from '@lifeline/backbone/db/schedulers/find-schedulers'
import { registerScheduler } from '@lifeline/backbone/db/schedulers/register-scheduler'
import type { Db } from '@lifeline/backbone/db/schema'
import { ENGINES, freshDatabase } from '@lifeline/testing/databases'
import t from 'tap'

/** No database is asked: the reads are the test's own. */
const SOME_DB = {} as Db

t.test('reads of one turn share a statement, and each has its own answer', async (t) => {
  const asked: string[][] = []
  const find = readTogether<number>(async (_, keys) => {
    asked.push([...keys])
    return new Map(keys.filter((key) => key !== 'none').map((key) => [key, Number(key)]))
  })
  const answers = await Promise.all(['1', '2', 'none', '1'].map((key) => find(SOME_DB, key)))
  t.strictSame(answers, [1, 2, undefined, 1])
  t.strictSame(asked, [['1', '2', 'none']])
  await Promise.all(Array.from({ length: 450 }, (_, i) => find(SOME_DB, String(i))))
  t.strictSame(
    asked.slice(1).map((keys) => keys.length),
    [200, 200, 50],
  )
})

t.test('nothing is remembered: who asks while others are being read is read for anew', async (t) => {
  let truth = 1
  const held = Promise.withResolvers<void>()
  const find = readTogether<number>(async (_, keys) => {
    const seen = truth
    if (seen === 1) await held.promise
    return new Map(keys.map((key) => [key, seen]))
  })
  const before = find(SOME_DB, 'a')
  await new Promise(setImmediate)
  truth = 2
  t.equal(await find(SOME_DB, 'a'), 2)
  held.resolve()
  t.equal(await before, 1)
})

t.test('what fails fails for all who shared it, with its name, and for nobody after', async (t) => {
  let away = true
  const find = readTogether<string>(async (_, keys) => {
    if (away) throw Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' })
    return new Map(keys.map((key) => [key, key]))
  })
  const ends = await Promise.allSettled([find(SOME_DB, 'a'), find(SOME_DB, 'b')])
  for (const end of ends) t.match(end, { status: 'rejected', reason: DatabaseUnavailableError })
  away = false
  t.equal(await find(SOME_DB, 'a'), 'a')
})

for (const engine of ENGINES) {
  t.test(`${engine}: sixty schedulers asked for at once are the right ones`, async (t) => {
    const db = await freshDatabase(t, engine)
    const writer = makeWriter(db)
    const names = Array.from({ length: 60 }, (_, i) => `job ${i}`)
    const given = { periodSeconds: 60, actor: 'key:test', now: new Date('2026-03-02T09:00:00Z') }
    await Promise.all(names.map((name) => registerScheduler(db, writer, { ...given, name, tags: [name] })))
    const ids = await Promise.all([...names, 'none'].map((name) => findIdByName(db, name)))
    t.equal(ids.pop(), undefined)
    const rows = await Promise.all(ids.map((id) => getScheduler(db, id ?? '')))
    t.strictSame(
      rows.map(({ name, tags }) => [name, tags]),
      names.map((name) => [name, [name]]),
    )
  })
}
