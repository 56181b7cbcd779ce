import t from 'tap'
import { startPostgres } from '@lifeline/testing/postgres'
t.test('hangs', async (t) => { const p = await startPostgres(); t.comment('pid', p.pid()); await new Promise((r) => setTimeout(r, 1e6)); })
