import t from 'tap'
import { noteForSummary } from '@lifeline/testing/notes'
noteForSummary('Oracle: not run (no ORACLE_TEST_URL)')
noteForSummary('Oracle: not run (no ORACLE_TEST_URL)')
t.test('bad obj', async (t) => { t.match({a: [1,2,{b: 3}], c: 'x'}, {a: [1,2,{b: 4}], c: /y/}); t.ok(false, 'why'); t.rejects(Promise.resolve(1), /x/, 'should reject') })
t.test('throws', async () => { throw new Error('oh no') })
t.test('todo', {todo: true}, async () => { throw new Error('oh no') })
t.equal(1, 2, 'stray')
