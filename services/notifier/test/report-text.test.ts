import fc from 'fast-check'
import t from 'tap'
import { layOut } from '../src/mail/layout.ts'
import { describe } from '../src/senders/describe.ts'
import { tableText } from '../src/senders/report-text.ts'
import { givenReportData, givenRow, SUMMARY } from './given-report.ts'

const WORDS = { publicUrl: 'https://tasks.example.org', timeZone: 'UTC' }
/** That are Down, and no others. */
const countsOf = (Down: number) => ({ New: 0, Up: 0, Down, Paused: 0, late: 0, running: 0 })
const say = (template: string, data: object) => layOut(describe({ template, subject: 'report/1' }, data, WORDS))

t.test('the table: a heading, equal columns, times of the zone of the report, and nothing that calls somebody', (t) => {
  const rows = [
    givenRow({
      name: 'bill <!channel> & co',
      status: 'Down',
      lastError: 'disk ``` full\nof logs',
      lastPingAt: null,
      lastDurationSeconds: null,
    }),
    givenRow({ name: 'rates', late: true, nextExpectedAt: '2026-12-03T19:00:00.000Z', lastDurationSeconds: 0.2 }),
    givenRow({ running: true }),
    givenRow({ name: 'monthly', nextExpectedAt: '2026-12-31T18:00:00.000Z', lastDurationSeconds: 7_500 }),
  ]
  const counts = { New: 0, Up: 10, Down: 1, Paused: 0, late: 1, running: 1 }
  t.equal(
    tableText(givenReportData({ rows, counts })),
    `*Nightly*, 4 Dec 00:00–06:00 (Asia/Jakarta), as of 02:30
11 schedulers: 1 Down, 1 late, 1 running, 10 Up
\`\`\`
STATUS   SCHEDULER             LAST   NEXT   TOOK   ERROR
Down     bill &lt;!channel&gt; &amp; co  –      01:00  –      disk ''' full of logs
late     rates                 01:00  02:00  &lt;1s
running  backup                01:00  01:00  3m 4s
Up       monthly               01:00  1 Jan  2h 5m
\`\`\`
and 7 more that are Up`,
  )
  t.equal(
    tableText(givenReportData({ rows: [], counts: { ...counts, Up: 0, Down: 0, late: 0, running: 0 } })),
    '*Nightly*, 4 Dec 00:00–06:00 (Asia/Jakarta), as of 02:30\n0 schedulers',
  )
  t.end()
})

t.test('it is never too long, whatever the names: rows that do not fit are counted', (t) => {
  const name = fc.string({ unit: 'binary', minLength: 1, maxLength: 200 })
  fc.assert(
    fc.property(fc.array(fc.tuple(name, fc.option(name)), { maxLength: 40 }), name, (rows, title) => {
      const data = givenReportData(
        { rows: rows.map(([one, lastError]) => givenRow({ name: one, status: 'Down', lastError })), counts: countsOf(rows.length) },
        { report: { name: title.slice(0, 100) } },
      )
      const text = tableText(data)
      const lines = text.split('\n')
      const shown = rows.length === 0 ? 0 : lines.indexOf('```', 3) - 4
      const more = Number(/^and (\d+) more: \1 Down$/.exec(lines.at(-1) ?? '')?.[1] ?? 0)
      return text.length < 3_500 && shown + more === rows.length && [0, 2].includes(text.split('```').length - 1)
    }),
  )
  t.end()
})

t.test('who is sent no table is told in words what is in trouble, and what became of the night', (t) => {
  const rows = [givenRow({ status: 'Down', lastError: 'disk full' }), givenRow({ name: 'rates', late: true }), givenRow({ name: 'fine' })]
  const started = say('report.started', givenReportData({ rows, counts: { ...countsOf(1), Up: 2, late: 1 } }))
  t.equal(started.subject, 'Nightly: 4 Dec 00:00–06:00 (Asia/Jakarta)')
  t.match(started.text, /^3 schedulers: 1 Down, 1 late, 2 Up, as of 02:30\.\n\nbackup: {4}Down: disk full\nrates: {5}late\n\nhttps:/)
  const clear = say('report.ended', givenReportData({}, { summary: SUMMARY }))
  t.equal(clear.subject, 'All clear: Nightly')
  t.equal(
    clear.text,
    `No run failed or was missed, and nothing is Down.

Window:    4 Dec 00:00–06:00 (Asia/Jakarta)
Succeeded: 12
Longest:   backup, 3 minutes 4 seconds

https://tasks.example.org/reports/019cb3a0-0000-7000-8000-000000000009

Lifeline keeps work on time.
`,
  )
  const failing = [
    { name: 'bill', failed: 2, timedOut: 1, missed: 0 },
    { name: 'rates', failed: 0, timedOut: 0, missed: 1 },
  ]
  const trouble = { allClear: false, failed: 3, timedOut: 1, missed: 1, down: 2, stillDown: ['bill', 'rates'], failing, late: 1 }
  const ended = say('report.ended', givenReportData({}, { summary: { ...SUMMARY, ...trouble } }))
  t.equal(ended.subject, 'Nightly: 3 failed, 1 timed out, 1 missed, 2 still Down')
  t.match(ended.text, /^At its end: 1 scheduler: 1 Up\.\n/)
  t.match(ended.text, /\nFailed: {4}bill \(2 failed, 1 timed out\), rates \(1 missed\), …\nDown: {6}bill, rates\nLate: {6}1\n/)
  t.end()
})
