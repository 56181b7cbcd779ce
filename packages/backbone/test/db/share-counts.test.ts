import { shareCounts } from '@lifeline/backbone/db/rate-counts/share-counts'
import { ENGINES, freshDatabase } from '@lifeline/testing/databases'
import t from 'tap'
import { at } from './given-task.ts'

for (const engine of ENGINES) {
  t.test(`${engine}: each process writes its own counts of a window and hears the sum of the others'`, async (t) => {
    const db = await freshDatabase(t, engine)
    const share = (process: string, hits: Record<string, number>, window = at('12:00:00')) =>
      shareCounts(
        db,
        process,
        window,
        Object.entries(hits).map(([subject, hits]) => ({ subject, hits })),
      )
    t.strictSame(await share('one', {}), new Map())
    t.strictSame(await share('one', { ann: 3, bob: 1 }), new Map())
    t.strictSame(await share('two', { ann: 5 }), new Map([['ann', 3]]))
    t.strictSame(await share('three', { ann: 1, carl: 1 }), new Map([['ann', 8]]))
    t.strictSame(await share('one', { ann: 10, bob: 2, dora: 1 }), new Map([['ann', 6]]))
    t.strictSame(await share('two', { ann: 5, bob: 0, dora: 1 }), new Map(Object.entries({ ann: 11, bob: 2, dora: 1 })))
    t.strictSame(await share('two', { ann: 1 }, at('12:01:00')), new Map(), 'another window begins with nothing')
  })
}
