import t from 'tap'
import { countTests } from '@lifeline/testing/count-tests'

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
            1..1
        not ok 2 - second # time=1ms
        1..2
    not ok 1 - outer # time=3ms
    # Subtest: not here
        1..0 # SKIP no such thing
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
1..4
`

t.test('a subtest without subtests is one test; a crash, a timeout and a stray assertion are failed ones', async (t) => {
  t.same(countTests(TAP), { passed: 3, failed: 3, skipped: 1 })
})

t.test('nothing is nothing', async (t) => {
  t.same(countTests(''), { passed: 0, failed: 0, skipped: 0 })
})
