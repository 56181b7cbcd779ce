import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { freshDatabaseUrl } from '@lifeline/testing/databases'
import { eventually } from '@lifeline/testing/eventually'
import { virtualClock } from '@lifeline/testing/virtual-clock'
import t from 'tap'
import { startTestStandalone } from './start-test-standalone.ts'

t.test('started again it has its key, its tasks and its mails, and a deadline that came meanwhile passes', async (t) => {
  const folder = t.testdir()
  const env = { DATABASE_URL: await freshDatabaseUrl(t, 'pglite') }
  const clock = virtualClock('2026-03-02T09:00:00.000Z')
  const first = await startTestStandalone(t, { folder, env, clock })
  const { body: task } = await first.call('POST', '/tasks', {
    title: 'Survive',
    assignee: 'ben@example.org',
    dueAt: '2026-03-02T12:00:00.000Z',
    labels: ['kept'],
  })
  await eventually(async () => (await first.mails()).length === 1)
  const mails = await first.mails()
  await first.stop()

  clock.set('2026-03-02T15:00:00.000Z')
  const second = await startTestStandalone(t, { folder, env, clock })
  t.equal(second.apiKey, first.apiKey)
  t.equal((await readFile(join(folder, 'api-key'), 'utf8')).trim(), first.apiKey)
  t.match((await second.mails()).at(-1), mails[0] ?? {})
  const after = await eventually(async () => {
    const { body } = await second.call('GET', `/tasks/${task.id}`)
    return body.overdue && body
  })
  t.match(after, { title: 'Survive', labels: ['kept'], deadlinePassedAt: '2026-03-02T12:00:00.000Z' })
  await eventually(async () => (await second.mails()).length === 2)
})
