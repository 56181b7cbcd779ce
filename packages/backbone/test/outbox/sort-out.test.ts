import fc from 'fast-check'
import t from 'tap'
import type { PublishOutcome } from '../../src/broker/port.ts'
import { sortOut } from '../../src/broker/relay/publish-batch.ts'
import { CONFIRMED, refused } from './given-outbox.ts'

t.test('of every subject a batch is done with what stands before its first failure, and nothing behind it', async () => {
  const outcome = fc.constantFrom<PublishOutcome>(CONFIRMED, { kind: 'unheard' }, refused(true), refused())
  const row = fc.record({ subject: fc.constantFrom('a', 'b', 'c'), outcome })
  fc.assert(
    fc.property(fc.array(row), (given) => {
      const { gone, dead, failed } = sortOut(
        given,
        given.map(({ outcome }) => outcome),
      )
      const done = new Set([...gone, ...dead].map(({ row }) => row))
      for (const subject of 'abc') {
        const rows = given.filter((row) => row.subject === subject)
        const first = rows.findIndex(({ outcome }) => outcome.kind === 'failed' && !outcome.permanent)
        const before = first === -1 ? rows : rows.slice(0, first)
        if (!before.every((row) => done.has(row)) || rows.slice(before.length).some((row) => done.has(row))) throw new Error(subject)
        if (failed.has(subject) !== (first !== -1)) throw new Error(`${subject} failed`)
      }
      if (gone.some(({ row }) => row.outcome.kind === 'failed')) throw new Error('gone without a confirm')
      if (gone.some(({ row, isHeard }) => isHeard !== (row.outcome.kind === 'confirmed'))) throw new Error('not heard')
    }),
  )
})
