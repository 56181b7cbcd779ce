import { type ContentRules, classify, contentRulesText, MOST_RULES } from '@lifeline/backbone/db/schedulers/content-rules'
import { getScheduler } from '@lifeline/backbone/db/schedulers/find-schedulers'
import { listPings, listSchedulerLogs } from '@lifeline/backbone/db/schedulers/history'
import { ENGINES, freshDatabase } from '@lifeline/testing/databases'
import fc from 'fast-check'
import t from 'tap'
import { assertOneOfEach } from '../one-of-each.ts'
import { givenLife, minute } from './given-life.ts'
import { command, givenScheduler, signal } from './given-scheduler.ts'

const RULES: ContentRules = { failure: ['ERROR', 'failed'], success: ['done'], start: ['begin'], otherwise: 'log' }

t.test('failure goes before success before start, and what has none of the words is otherwise', async (t) => {
  for (const [body, kind] of [
    ['begin, done, ERROR', 'fail'],
    ['begin, done', 'success'],
    ['we begin', 'start'],
    ['half way', 'log'],
    ['error', 'log'],
    ['undone', 'success'],
  ] as const)
    t.equal(classify(RULES, body).kind, kind, body)
})

t.test('a failure is told with the line that its word is in', async (t) => {
  const lineOf = (body: string) => classify(RULES, body).line
  t.equal(lineOf('dump\r\n  ERROR: disk full \r\ndone'), 'ERROR: disk full')
  t.equal(lineOf('all failed'), 'all failed')
  t.equal(lineOf(`${'x'.repeat(5_000)} ERROR ${'y'.repeat(5_000)}`), `${'x'.repeat(99)} ERROR ${'y'.repeat(194)}`)
  t.equal(lineOf('done'), undefined)
})

t.test('a word is found exactly where it is, and no line is longer than it may be', async () => {
  const words = fc.array(fc.string({ minLength: 1, maxLength: 3, unit: fc.constantFrom('a', 'B', ' ', '\n', '😀') }), { maxLength: 4 })
  const rules = fc.record({ failure: words, success: words, start: words, otherwise: fc.constantFrom('success', 'fail', 'log') })
  const body = fc.string({ unit: fc.constantFrom('a', 'B', ' ', '\n', '\r', '😀'), maxLength: 600 })
  fc.assert(
    fc.property(rules, body, (rules, body) => {
      const { kind, line } = classify(rules as ContentRules, body)
      const has = (list: readonly string[]) => list.some((word) => body.split(word).length > 1)
      const expected = has(rules.failure) ? 'fail' : has(rules.success) ? 'success' : has(rules.start) ? 'start' : rules.otherwise
      return kind === expected && (line === undefined) === !has(rules.failure) && (line ?? '').length <= 300 && !/[\r\n]/.test(line ?? '')
    }),
  )
})

t.test('rules that say nothing are none', async (t) => {
  for (const none of [{}, { failure: [] }, { otherwise: 'success' as const }, { success: ['ok'] }]) t.equal(contentRulesText(none), null)
  t.equal(contentRulesText({ otherwise: 'fail' }), '{"failure":[],"success":[],"start":[],"otherwise":"fail"}')
})

t.test('a plain success with a body is what its words say; whoever says what it is, is right', async (t) => {
  const life = givenLife({ contentRules: { ...RULES, otherwise: 'fail' }, failureTolerance: 10 })
  const plain = { isPlain: true }
  life.signal('success', minute(1), { ...plain, body: 'begin' })
  life.signal('success', minute(2), { ...plain, body: 'done' })
  life.signal('success', minute(3), { ...plain, body: 'x\ndisk ERROR 5\ny' })
  life.signal('success', minute(4), { ...plain, body: 'who knows?', error: 'who knows?' })
  t.equal(life.row.last_error, 'who knows?')
  life.signal('success', minute(5), plain)
  life.signal('success', minute(6), { ...plain, body: '' })
  life.signal('success', minute(7), { body: 'ERROR', exitCode: 0 })
  life.signal('log', minute(8), { body: 'ERROR' })
  life.signal('heartbeat', minute(9), { body: 'ERROR' })
  t.strictSame(
    life.pings.map(({ kind }) => kind),
    ['start', 'success', 'fail', 'fail', 'success', 'success', 'success', 'log', 'heartbeat'],
  )
  t.strictSame(life.told(), ['up 2', 'failed 3', 'failed 4'])
  t.match(life.runs.slice(0, 2), [
    { outcome: 'Succeeded', startedAt: minute(1) },
    { outcome: 'Failed', error: 'disk ERROR 5' },
  ])
})

t.test('what is not kept of a body says nothing, and what is overtaken is a log whatever it says', async (t) => {
  const life = givenLife({ contentRules: RULES })
  life.signal('success', minute(1), { isPlain: true, body: `${'é'.repeat(5_000)}ERROR` })
  life.signal('success', minute(3), { isPlain: true, body: 'done' })
  life.signal('success', minute(4), { isPlain: true, body: 'ERROR', at: minute(2) })
  t.strictSame(
    life.pings.map(({ kind }) => kind),
    ['log', 'success', 'log'],
  )
  t.strictSame(life.told(), ['up 3'])
})

t.test('without rules a body says nothing', async (t) => {
  const life = givenLife()
  life.signal('success', minute(1), { isPlain: true, body: 'ERROR', error: 'ERROR' })
  t.strictSame(life.told(), ['up 1'])
  t.equal(life.row.last_error, null)
})

for (const engine of ENGINES) {
  t.test(`${engine}: rules are kept, edited as one, and cleared; a ping is kept as what it was taken for`, async (t) => {
    const db = await freshDatabase(t, engine)
    const word = '€'.repeat(50)
    const most = { failure: [...Array(10).fill(word), 'x'], success: Array(10).fill(word), start: Array(5).fill(word) }
    const whole = { ...most, otherwise: 'success' as const }
    t.equal(Buffer.byteLength(contentRulesText(whole) ?? '') <= MOST_RULES, true)
    const row = await givenScheduler(db, { contentRules: whole })
    t.strictSame(await getScheduler(db, row.id), row)
    t.match(await command(db, row, { do: 'edit', edit: { contentRules: most } }, minute(0)), { kind: 'unchanged' })
    await command(db, row, { do: 'edit', edit: { contentRules: RULES } }, minute(1))
    const [edited] = await listSchedulerLogs(db, row.id, { limit: 1 })
    t.strictSame(JSON.parse(edited?.changes ?? ''), { contentRules: { from: whole, to: RULES } })
    await signal(db, row, { kind: 'success', isPlain: true, body: 'ERROR 1' }, minute(2))
    t.match(await listPings(db, row.id, { limit: 1 }), [{ kind: 'fail', body: 'ERROR 1' }])
    t.match(await getScheduler(db, row.id), { status: 'Down', last_error: 'ERROR 1' })
    await command(db, row, { do: 'edit', edit: { contentRules: null } }, minute(3))
    t.match(await getScheduler(db, row.id), { content_rules: null })
    await assertOneOfEach(t, db, 'scheduler', row.id)
  })
}
