import type { Bench } from './bench.ts'
import type { Comparison, Figure, Result, Side, Values } from './figure.ts'
import { describeGoal, judge } from './goal.ts'
import { median } from './quantile.ts'

/** What a side gave in each round, or why it gave nothing. */
interface Measured {
  rounds: Values[]
  missing?: string
  failed?: true
}

const ROUNDS = 3

/**
 * Measures the sides of a figure in turn, round after round, so that whatever else the machine does meets all of them,
 * and compares the medians. A side that fails is left out from then on; what depends on it says why.
 */
export async function runFigure(figure: Figure, bench: Bench, rounds = figure.rounds ?? ROUNDS): Promise<Result[]> {
  const prepared = await prepare(figure, bench)
  if ('failed' in prepared) return [prepared]
  const { sides, comparisons } = prepared
  const measured = new Map<string, Measured>(sides.map((side) => [side.name, start(side)]))
  for (let round = 0; round < rounds; round++) {
    // Every other round backwards: no side always runs in the wake of the same other.
    for (const side of round % 2 === 0 ? sides : sides.toReversed()) {
      const so = measured.get(side.name)
      if (so === undefined || so.missing !== undefined) continue
      bench.signal.throwIfAborted()
      try {
        const values = await side.measure()
        so.rounds.push(values)
        bench.say(`${figure.name}, round ${round + 1} of ${rounds}, ${side.name}: ${describeValues(values)}`)
      } catch (error) {
        bench.signal.throwIfAborted()
        so.failed = true
        so.missing = `${side.name} failed: ${messageOf(error)}`
        bench.say(`${figure.name}, round ${round + 1} of ${rounds}: ${so.missing}`)
      }
    }
  }
  return comparisons.map((comparison) => compare(figure.name, comparison, measured, rounds))
}

/** A figure that cannot be prepared must not take the results of the others with it. */
async function prepare(figure: Figure, bench: Bench): Promise<Awaited<ReturnType<Figure['prepare']>> | (Result & { failed: true })> {
  try {
    return await figure.prepare(bench)
  } catch (error) {
    bench.signal.throwIfAborted()
    const nothing = { unit: '', ours: null, peer: null, ratio: null, goal: null, met: null, rounds: [] }
    const note = `preparing failed: ${messageOf(error)}`
    bench.say(`${figure.name}: ${note}`)
    return { figure: figure.name, name: 'all of it', ...nothing, note, failed: true }
  }
}

const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error))

const start = ({ unavailable }: Side): Measured => ({ rounds: [], ...(unavailable === undefined ? {} : { missing: unavailable }) })

function compare(figure: string, { name, unit, goal, ...of }: Comparison, measured: Map<string, Measured>, rounds: number): Result {
  const ours = series(of.ours, measured)
  const peer = of.peer === undefined ? undefined : series(of.peer, measured)
  const [ourMedian, peerMedian] = [middle(ours), middle(peer)]
  const ratio = ourMedian === null || peerMedian === null ? null : ourMedian / peerMedian
  const note = ours.missing ?? peer?.missing
  return {
    figure,
    name,
    unit,
    ours: ourMedian,
    peer: peerMedian,
    ratio,
    goal: goal === undefined ? null : describeGoal(goal, unit),
    met: judge(goal, { ours: ourMedian, ratio }),
    rounds: Array.from({ length: rounds }, (_, i) => ({ ours: ours.values[i] ?? null, peer: peer?.values[i] ?? null })),
    ...(note === undefined ? {} : { note }),
    ...(ours.failed || peer?.failed ? { failed: true } : {}),
  }
}

interface Series {
  values: number[]
  missing?: string | undefined
  failed?: true | undefined
}

/** The value `<side>: <name>` of each round. */
function series(key: string, measured: Map<string, Measured>): Series {
  const [side = '', value = ''] = key.split(': ')
  const found = measured.get(side)
  if (found === undefined) throw new Error(`There is no side ${side} for ${key}.`)
  const values = found.rounds.map((round) => round[value])
  if (values.some((one) => one === undefined)) throw new Error(`${side} measures no ${value}.`)
  return { values: values as number[], missing: found.missing, failed: found.failed }
}

/** A side that failed in a later round has no median: its good rounds alone would flatter it. */
const middle = (of: Series | undefined) => (of === undefined || of.missing !== undefined ? null : median(of.values))

function describeValues(values: Values): string {
  return Object.entries(values)
    .map(([name, value]) => `${shortNumber(value)} ${name}`)
    .join(', ')
}

/** As many digits as anybody can read. */
export function shortNumber(value: number): string {
  if (Math.abs(value) >= 100) return Math.round(value).toLocaleString('en')
  return String(Number(value.toPrecision(3)))
}
