import { newId } from '@lifeline/backbone/db/new-id'
import t from 'tap'

t.test('ids of a process sort by their instant, and within it in the order in which they were made', async (t) => {
  const instants = [0, 1, 1, 2, 1_772_000_000_000].map((ms) => new Date(ms))
  const ids = instants.flatMap((at) => Array.from({ length: 1_000 }, () => newId(at)))
  t.strictSame(ids.toSorted(), ids)
  t.equal(new Set(ids).size, ids.length)
  t.match(ids.at(-1), /^019c936e-3800-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
})
