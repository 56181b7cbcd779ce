import type { Bench } from './bench.ts'
import type { Goal } from './goal.ts'

/** What one measurement found, by name: `{ 'requests/s': 5210, 'p50 ms': 9.8 }`. */
export type Values = Record<string, number>

/** One of the things that are measured in turn: ours, a peer, or ours under other conditions. */
export interface Side {
  name: string
  /** Throws when what was measured did not really happen. */
  measure(): Promise<Values>
  /** Instead of measuring: why it cannot be had here, in one sentence. */
  unavailable?: string
}

/** A line of the table: a value of one side, mostly beside a value of another. Values are named `<side>: <value>`. */
export interface Comparison {
  name: string
  unit: string
  ours: string
  /** Without one, ours is only reported, or judged by itself. */
  peer?: string
  goal?: Goal
}

/** A name of the command line. Preparing and cleaning up is not measured. */
export interface Figure {
  name: string
  /** Of its sides; three unless it takes minutes. */
  rounds?: number
  prepare(bench: Bench): Promise<{ sides: Side[]; comparisons: Comparison[] }>
}

/** What is written as JSON: one comparison, with the medians over all rounds and what each round gave. */
export interface Result {
  figure: string
  name: string
  unit: string
  ours: number | null
  peer: number | null
  ratio: number | null
  goal: string | null
  met: boolean | null
  rounds: { ours: number | null; peer: number | null }[]
  /** Why a value is missing. */
  note?: string
  /** It could have been measured, and was not. */
  failed?: true
}
