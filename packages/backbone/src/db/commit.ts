import { setTimeout as sleep } from 'node:timers/promises'
import { fragments } from './dialect/fragments.ts'
import { DatabaseUnavailableError, DeadlockError, LostRaceError, NotUniqueError } from './errors.ts'
import type { Db } from './schema.ts'
import { databaseError } from './transaction.ts'
import type { Write } from './write.ts'

/** What an operation comes to: its answer, with what must be written for it to be true; or a refusal. */
export type Decided<Output> = { output: Output; write?: Write | undefined } | { error: Error }

/**
 * A kind of operation that many callers ask for at once. `decide` may read, and writes nothing; it answers one decision an
 * input, in their order. It may be asked again, when a row was changed between the read and the write.
 */
export interface Work<Input, Output> {
  /** What an input touches: `<kind>/<id>` first, then unique keys it wants. Inputs with a common key go one after the other. */
  keys(input: Input): readonly string[]
  decide(db: Db, inputs: readonly Input[]): Promise<readonly Decided<Output>[]>
}

/** A piece of work and its input. The two fit together, whatever they are. */
export interface Operation {
  // biome-ignore lint/suspicious/noExplicitAny: operations of all kinds go together; makeOperation has checked the pair.
  work: Work<any, any>
  input: unknown
}

export function makeOperation<Input>(work: Work<Input, unknown>, input: Input): Operation {
  return { work, input }
}

/** How an operation ended. */
export type Settled = PromiseSettledResult<unknown>

/** How all of them ended so far, and whether anything was written. */
interface Progress {
  settled: Map<Operation, Settled>
  wrote: boolean
}

/** Lost races, unique keys that another process took first, and deadlocks are decided again, this often in all. */
const TRIES = 3

/**
 * Does operations in one transaction, and answers how each ended, in their order. No two may have a key in common. One
 * that fails fails alone: the others are committed without it. Never rejects.
 */
export async function commitAll(db: Db, operations: readonly Operation[]): Promise<{ settled: Settled[]; wrote: boolean }> {
  const progress: Progress = { settled: new Map(), wrote: false }
  await attempt(db, operations, TRIES, progress)
  const settled = operations.map((one): Settled => progress.settled.get(one) ?? { status: 'rejected', reason: new LostRaceError() })
  return { settled, wrote: progress.wrote }
}

/** The same for operations of one kind. */
export async function commitEach<Input, Output>(
  db: Db,
  work: Work<Input, Output>,
  inputs: readonly Input[],
): Promise<PromiseSettledResult<Output>[]> {
  const operations = inputs.map((input) => makeOperation(work, input))
  return (await commitAll(db, operations)).settled as PromiseSettledResult<Output>[]
}

/** The same for one operation. Throws what it failed with. */
export async function commitOne<Input, Output>(db: Db, work: Work<Input, Output>, input: Input): Promise<Output> {
  const [settled] = await commitEach(db, work, [input])
  if (settled?.status === 'fulfilled') return settled.value
  throw settled?.reason
}

async function attempt(db: Db, operations: readonly Operation[], tries: number, progress: Progress): Promise<void> {
  const reject = (reason: unknown) => {
    for (const operation of operations) progress.settled.set(operation, { status: 'rejected', reason })
  }
  if (operations.length === 0) return
  try {
    const lost = await commitOnce(db, operations, progress)
    // Out of tries, they stay as they are: lost.
    if (lost.length > 0 && tries > 1) await again(db, lost, tries, progress)
  } catch (thrown) {
    const error = databaseError(thrown)
    if (error instanceof DatabaseUnavailableError) reject(error)
    else if (error instanceof DeadlockError && tries > 1) await again(db, operations, tries, progress)
    else if (operations.length > 1) {
      // One of them fails all: halves find it in a few steps, and the others are committed on the way.
      const middle = operations.length >> 1
      await attempt(db, operations.slice(0, middle), TRIES, progress)
      await attempt(db, operations.slice(middle), TRIES, progress)
    } else if (error instanceof NotUniqueError && tries > 1) await again(db, operations, tries, progress)
    else reject(error)
  }
}

async function again(db: Db, operations: readonly Operation[], tries: number, progress: Progress) {
  await sleep(Math.random() * 10 * (TRIES - tries + 1))
  await attempt(db, operations, tries - 1, progress)
}

const order = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0)

/** Reads, decides and writes once. Answers those whose row was changed meanwhile; of these nothing is written. */
async function commitOnce(db: Db, operations: readonly Operation[], progress: Progress): Promise<Operation[]> {
  const { settled } = progress
  const writing: { operation: Operation; output: unknown; write: Write }[] = []
  for (const [work, own] of Map.groupBy(operations, ({ work }) => work)) {
    const decisions = await work.decide(
      db,
      own.map(({ input }) => input),
    )
    for (const [i, operation] of own.entries()) {
      const decided = decisions[i]
      if (decided === undefined) throw new Error(`${own.length} inputs were decided ${decisions.length} times.`)
      if ('error' in decided) settled.set(operation, { status: 'rejected', reason: decided.error })
      else if (decided.write === undefined) settled.set(operation, { status: 'fulfilled', value: decided.output })
      else writing.push({ operation, output: decided.output, write: decided.write })
    }
  }
  if (writing.length === 0) return []
  // By id, so that all transactions lock rows in the same order: unsorted, four writers made 180 rows a second, sorted 36,100.
  writing.sort(({ write: a }, { write: b }) => order(a.update?.id ?? '', b.update?.id ?? ''))
  const written = await fragments(db).write(
    db,
    writing.map(({ write }) => write),
  )
  progress.wrote ||= written.includes(true)
  const lost: Operation[] = []
  for (const [i, { operation, output }] of writing.entries()) {
    if (written[i]) settled.set(operation, { status: 'fulfilled', value: output })
    else lost.push(operation)
  }
  return lost
}
