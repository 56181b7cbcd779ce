import { isoOrNull, isoText } from '@lifeline/backbone/db/iso-text'
import t from 'tap'

t.test('an instant is written as toISOString writes it', async (t) => {
  const far = 8_640_000_000_000_000
  const edges = [0, -1, 1, 86_399_999, 86_400_000, -86_400_000, -86_400_001, far, -far]
  for (const ms of [...edges, ...edges, Date.UTC(9999, 11, 31, 23, 59, 59, 999), Date.UTC(10000, 0, 1), -62_198_755_200_000])
    t.equal(isoText(new Date(ms)), new Date(ms).toISOString())
  // Two in turn, as in a list, and more days than are remembered.
  for (let i = 0; i < 20_000; i++) {
    const instant = new Date(Math.trunc((Math.random() - 0.5) * 2 * (i % 2 === 0 ? far : 500 * 86_400_000)))
    if (isoText(instant) !== instant.toISOString()) t.equal(isoText(instant), instant.toISOString())
  }
  t.equal(isoOrNull(null), null)
})

t.test('what is no instant is an error, as there', async (t) => {
  t.throws(() => isoText(new Date(Number.NaN)), RangeError)
  t.equal(isoText(new Date(5)), '1970-01-01T00:00:00.005Z')
})
