import t from 'tap'
import { parseSmaps } from '../src/process-memory.ts'

t.test('memory of a process', async (t) => {
  const text = '55d0-7ffd ---p 00000000 00:00 0   [rollup]\nRss:              122880 kB\nPss:               61440 kB\nPss_Anon:  10 kB\n'
  t.strictSame(parseSmaps(text), { rss: 120, pss: 60 })
  t.throws(() => parseSmaps(''), /nothing of Rss/)
})
