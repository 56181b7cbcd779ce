import { Readable } from 'node:stream'
import { CANNOT_RUN } from '@lifeline/testing/oracle/cannot-run'
import { readResults } from '@lifeline/testing/read-results'
import t from 'tap'

const TAP = `TAP version 14
# Subtest: a.test.ts
    # Subtest: outer
        # Subtest: first
            ok 1 - one assertion
            ok 2 - another
            1..2
        ok 1 - first # time=1ms
        # Subtest: second
            not ok 1 - wrong
              ---
              diff: |
                -1
                +2
              ...
            1..1
        not ok 2 - second # time=1ms
        1..2
    not ok 1 - outer # time=3ms
    ok 2 - not here # SKIP no such thing
    1..2
not ok 1 - a.test.ts # time=10ms
# Subtest: b.test.ts
    ok 1 - an assertion without a subtest
    1..1
ok 2 - b.test.ts # time=5ms
# Subtest: c.test.ts
    # Subtest: fine
        ok 1 - fine
        1..1
    ok 1 - fine # time=1ms
    not ok 2 - timeout!
    1..2
not ok 3 - c.test.ts # time=120000ms
not ok 4 - d.test.ts # time=100ms
  ---
  exitCode: 1
  ...
1..4
`

t.test('a subtest without subtests is one test; a crash, a timeout and a stray assertion are failed ones', async (t) => {
  const lines: string[] = []
  t.same(await readResults(Readable.from([TAP]), (line) => lines.push(line)), { passed: 3, failed: 3, skipped: 1, expected: 0 })
  t.match(lines, [
    /^FAIL .* a\.test\.ts {2}1 passed, 1 failed, 1 skipped$/,
    /outer > second > wrong\n +-1\n +\+2/,
    /^ ok .* b\.test\.ts {2}1 passed, 0 failed$/,
    /^FAIL .* c\.test\.ts {2}1 passed, 1 failed$/,
    /timeout!/,
    /^FAIL .* d\.test\.ts {2}0 passed, 1 failed$/,
    /d\.test\.ts\n +\{ exitCode: 1 \}/,
  ])
  t.equal(lines.length, 7)
})

t.test('nothing is nothing', async (t) => {
  t.same(await readResults(Readable.from(['']), t.fail), { passed: 0, failed: 0, skipped: 0, expected: 0 })
})

const listed = (ok: boolean) => `TAP version 14
# Subtest: ${CANNOT_RUN[0]?.file}
    # Subtest: ${CANNOT_RUN[0]?.test}
        ${ok ? 'ok' : 'not ok'} 1 - an assertion
        1..1
    ${ok ? 'ok' : 'not ok'} 1 - ${CANNOT_RUN[0]?.test}
    1..1
${ok ? 'ok' : 'not ok'} 1 - ${CANNOT_RUN[0]?.file}
1..1
`

t.test('a test that an engine cannot run is no failure, until it passes', async (t) => {
  const lines: string[] = []
  const counts = await readResults(Readable.from([listed(false)]), (line) => lines.push(line))
  t.same(counts, { passed: 0, failed: 0, skipped: 0, expected: 1 })
  t.match(lines, [/^ ok .* 0 passed, 0 failed, 1 impossible there$/])
  const passing = await readResults(Readable.from([listed(true)]), (line) => lines.push(line))
  t.same(passing, { passed: 0, failed: 1, skipped: 0, expected: 0 })
  t.match(lines.at(-1), /passes after all/)
})
