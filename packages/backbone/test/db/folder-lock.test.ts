import { existsSync, readFileSync, utimesSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join, relative } from 'node:path'
import { startProcess } from '@lifeline/testing/processes'
import { type Test, test } from 'tap'
import { lockFile } from '../../src/db/dialect/folder-lock.ts'
import { openDatabase } from '../../src/db/open.ts'

const HOLDER = 'packages/backbone/test/db/lock-holder.ts'
const fail = (t: Test) => () => t.fail('the lock was lost')
const inUse = (message: RegExp) => ({ code: 'database_in_use', message })

test('a second process is told who has the folder', async (t) => {
  const file = join(t.testdir(), 'data.lock')
  const holder = startProcess(t, HOLDER, { LOCK: file })
  await holder.ready()
  const second = startProcess(t, HOLDER, { LOCK: file, WAIT_MS: '100' })
  await t.rejects(second.ready(), new RegExp(`exit code 3.*held by process ${holder.pid} on ${hostname()}, since 20.*Stop it`, 's'))
  await t.rejects(lockFile(file, { waitMs: 0, lost: fail(t) }), inUse(/held by process/))
})

test('the lock of a process that was killed is taken at once', async (t) => {
  const file = join(t.testdir(), 'data.lock')
  const holder = startProcess(t, HOLDER, { LOCK: file })
  await holder.ready()
  await holder.kill9()
  t.ok(existsSync(file))
  const unlock = await lockFile(file, { waitMs: 0, lost: fail(t) })
  t.equal(JSON.parse(readFileSync(file, 'utf8')).pid, process.pid)
  await unlock()
  t.notOk(existsSync(file))
})

test('of many processes that wait for a dead one, one gets it', async (t) => {
  const file = join(t.testdir(), 'data.lock')
  writeFileSync(file, JSON.stringify({ pid: 2 ** 30, host: hostname(), since: 'long ago' }))
  const waiting = Array.from({ length: 4 }, () => startProcess(t, HOLDER, { LOCK: file, WAIT_MS: '1' }))
  const results = await Promise.allSettled(waiting.map((child) => child.ready()))
  t.equal(results.filter(({ status }) => status === 'fulfilled').length, 1)
})

test('in one process a folder is opened once, however its path is written, also at the same moment', async (t) => {
  const file = join(t.testdir(), 'data.lock')
  const same = relative(process.cwd(), file)
  const [one, other] = await Promise.allSettled([lockFile(file, { lost: fail(t) }), lockFile(same, { lost: fail(t) })])
  t.equal(one.status, 'fulfilled')
  t.match(other, { status: 'rejected', reason: inUse(/This process has already opened/) })
  if (one.status === 'fulfilled') await one.value()
  const unlock = await lockFile(same, { lost: fail(t) })
  await unlock()
})

test('who waited in vain may try again', async (t) => {
  const file = join(t.testdir(), 'data.lock')
  const holder = startProcess(t, HOLDER, { LOCK: file })
  await holder.ready()
  await t.rejects(lockFile(file, { waitMs: 0, lost: fail(t) }), inUse(/held by/))
  const waiting = lockFile(file, { waitMs: 20_000, lost: fail(t) })
  await holder.stop()
  await (await waiting)()
})

test('a holder on another machine counts as gone when it has been silent for ten seconds', async (t) => {
  const file = join(t.testdir(), 'data.lock')
  writeFileSync(file, JSON.stringify({ pid: process.pid, host: 'elsewhere', since: 'yesterday' }))
  await t.rejects(lockFile(file, { waitMs: 0, lost: fail(t) }), inUse(/on elsewhere, since yesterday/))
  const before = new Date(Date.now() - 11_000)
  utimesSync(file, before, before)
  await (await lockFile(file, { waitMs: 0, lost: fail(t) }))()
})

for (const [what, text] of Object.entries({ 'is empty': '', 'a power cut has left unreadable': '\0\0\0' })) {
  test(`a lock that ${what} holds for a moment only`, async (t) => {
    const file = join(t.testdir(), 'data.lock')
    writeFileSync(file, text)
    const before = new Date(Date.now() - 2_000)
    utimesSync(file, before, before)
    await (await lockFile(file, { waitMs: 0, lost: fail(t) }))()
  })
}

test('a database in a folder is opened once, and its lock goes when it is closed', async (t) => {
  const folder = join(t.testdir(), 'data')
  const db = await openDatabase(`pglite:${folder}`)
  await t.rejects(openDatabase(`pglite:${folder}`), inUse(/already opened/))
  await db.introspection.getTables()
  await db.destroy()
  t.notOk(existsSync(`${folder}.lock`))
})
