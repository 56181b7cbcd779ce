import t from 'tap'
import type { Bench } from '../src/bench.ts'
import type { Comparison, Side } from '../src/figure.ts'
import { oursAtMost, ratioAtLeast } from '../src/goal.ts'
import { median, quantile } from '../src/quantile.ts'
import { runFigure } from '../src/run-figure.ts'
import { markdownTable, textTable } from '../src/table.ts'

/** A figure needs nothing of the bench but its voice and its signal. */
function fakeBench(said: string[] = [], signal = new AbortController().signal) {
  return { signal, say: (text: string) => void said.push(text) } as unknown as Bench
}

/** Gives these speeds, one a round. */
function side(name: string, speeds: number[], order: string[] = []): Side {
  let round = 0
  return {
    name,
    async measure() {
      order.push(name)
      return { '/s': speeds[round++] ?? 0 }
    },
  }
}

const figureOf = (sides: Side[], comparisons: Comparison[]) => ({ name: 'fake', prepare: async () => ({ sides, comparisons }) })
const SPEED: Comparison = { name: 'speed', unit: '/s', ours: 'ours: /s', peer: 'peer: /s', goal: ratioAtLeast(2) }

t.test('medians and quantiles', async (t) => {
  const hundred = Array.from({ length: 100 }, (_, i) => 100 - i)
  t.equal(quantile(hundred, 0.99), 99)
  t.equal(quantile([7], 0.5), 7)
  t.equal(median([9, 1, 2]), 2)
  t.equal(median([4, 1, 2, 10]), 3)
  t.throws(() => median([]))
})

t.test('sides take turns, every other round backwards, and medians are compared', async (t) => {
  const order: string[] = []
  const sides = [side('ours', [100, 300, 210], order), side('peer', [90, 100, 500], order)]
  const [result] = await runFigure(figureOf(sides, [SPEED]), fakeBench())
  t.strictSame(order, ['ours', 'peer', 'peer', 'ours', 'ours', 'peer'])
  t.strictSame(result, {
    figure: 'fake',
    name: 'speed',
    unit: '/s',
    ours: 210,
    peer: 100,
    ratio: 2.1,
    goal: '≥ 2 ×',
    met: true,
    rounds: [
      { ours: 100, peer: 90 },
      { ours: 300, peer: 100 },
      { ours: 210, peer: 500 },
    ],
  })
})

t.test('a side that fails, and one that cannot be had, leave the others alone', async (t) => {
  const broken = { name: 'broken', measure: () => Promise.reject(new Error('3 rows are missing')) }
  const absent = { name: 'absent', measure: () => Promise.reject(new Error('never called')), unavailable: 'there is none here' }
  const comparisons: Comparison[] = [
    { name: 'a', unit: 'ms', ours: 'ours: /s', goal: oursAtMost(25) },
    { name: 'b', unit: '/s', ours: 'ours: /s', peer: 'broken: /s', goal: ratioAtLeast(2) },
    { name: 'c', unit: '/s', ours: 'ours: /s', peer: 'absent: /s', goal: ratioAtLeast(2) },
  ]
  const results = await runFigure(figureOf([side('ours', [30, 30]), broken, absent], comparisons), fakeBench(), 2)
  t.match(results, [
    { met: false, ratio: null, goal: '≤ 25 ms' },
    { met: null, ours: 30, peer: null, note: 'broken failed: 3 rows are missing', failed: true },
    { met: null, ours: 30, peer: null, note: 'there is none here' },
  ])
  t.notOk(results[2]?.failed)
  const table = [
    'figure    ours  peer  ratio  goal',
    'fake: a  30 ms               ≤ 25 ms  missed',
    'fake: b  30 /s               ≥ 2 ×    not measured',
    'fake: c  30 /s               ≥ 2 ×    not measured',
    '',
    'fake: broken failed: 3 rows are missing',
    'fake: there is none here',
  ]
  t.equal(textTable(results), table.join('\n'))
})

t.test('a figure that cannot be prepared is a line of the table', async (t) => {
  const figure = { name: 'fake', prepare: () => Promise.reject(new Error('no such table')) }
  const results = await runFigure(figure, fakeBench())
  t.match(results, [{ figure: 'fake', failed: true, note: 'preparing failed: no such table' }])
  t.match(textTable(results), /^fake: all of it .*not measured$/m)
})

t.test('a comparison of what is not measured is a mistake', async (t) => {
  await t.rejects(runFigure(figureOf([side('ours', [1, 1, 1])], [SPEED]), fakeBench()), { message: 'There is no side peer for peer: /s.' })
  const wrong = { name: 'wrong', unit: 'ms', ours: 'ours: p99' }
  await t.rejects(runFigure(figureOf([side('ours', [1, 1, 1])], [wrong]), fakeBench()), { message: 'ours measures no p99.' })
})

t.test('nothing more is measured once it is stopped', async (t) => {
  const stopping = new AbortController()
  const order: string[] = []
  const last = {
    name: 'peer',
    async measure() {
      stopping.abort(new Error('Stopped by SIGINT.'))
      return { '/s': 1 }
    },
  }
  const figure = figureOf([side('ours', [1, 1, 1], order), last], [SPEED])
  await t.rejects(runFigure(figure, fakeBench([], stopping.signal)), { message: 'Stopped by SIGINT.' })
  t.strictSame(order, ['ours'])
})

t.test('the table for README.md', async (t) => {
  const results = await runFigure(figureOf([side('ours', [6_512.4]), side('peer', [3_000])], [SPEED]), fakeBench(), 1)
  t.equal(
    markdownTable(results),
    [
      '| figure | ours | peer | ratio | goal |  |',
      '| --- | ---: | ---: | ---: | --- | --- |',
      '| fake: speed | 6,512 /s | 3,000 /s | 2.17 | ≥ 2 × | met |',
    ].join('\n'),
  )
})
