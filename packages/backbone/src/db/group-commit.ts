import { commitAll, makeOperation, type Operation, type Work } from './commit.ts'
import { DomainError } from './errors.ts'
import type { Db } from './schema.ts'
import { measureWriter, observeBatch } from './writer-metrics.ts'

/** So many are worth a transaction that starts at once. */
const ENOUGH = 32

/** As much work waits as may: nothing was decided, and the same request may succeed in a moment. */
export class OverloadedError extends DomainError {
  override name = 'OverloadedError'
  constructor() {
    super('overloaded', 'More is asked for than the database takes.', { retry: true })
  }
}

export interface Writer {
  /** Does the operation in a transaction that it may share with others, and answers when that is committed. Throws what the operation failed with. */
  submit<Input, Output>(work: Work<Input, Output>, input: Input): Promise<Output>
}

export interface WriterOptions {
  /** Operations in one transaction, at most; 1 is a transaction for each. */
  batch?: number
  /** Transactions at once, at most. */
  transactions?: number
  /** Operations that wait, at most; beyond it OverloadedError. */
  waiting?: number
  /** After each commit: the outbox may have something. */
  onCommit?: () => void
}

interface Waiting {
  operation: Operation
  keys: readonly string[]
  /** Keys that an earlier operation has. */
  behind: number
  since: number
  resolve(output: unknown): void
  reject(reason: unknown): void
}

/**
 * Group commit: operations that are asked for at the same time share a transaction, so that many cost little more than one
 * (design.md, section 6). A transaction takes all that waits when it starts, and nothing waits for company: alone, an
 * operation is as quick as a transaction of its own. Operations with a common key keep their order and are never in flight at once.
 */
export function makeWriter(db: Db, options: WriterOptions = {}): Writer {
  const { batch = 200, transactions = 4, waiting: mostWaiting = 10_000, onCommit = () => {} } = options
  /** Behind each key, who has it and who waits for it, in order. */
  const lines = new Map<string, Waiting[]>()
  const ready: Waiting[] = []
  let open = 0
  let inFlight = 0
  let scheduled = false
  measureWriter({ waiting: () => open, inFlight: () => inFlight })

  function enter(entry: Waiting) {
    for (const key of entry.keys) {
      const line = lines.get(key)
      if (line === undefined) lines.set(key, [entry])
      else if (line.push(entry) > 1) entry.behind++
    }
    if (entry.behind === 0) ready.push(entry)
  }

  function leave(entry: Waiting) {
    open--
    for (const key of entry.keys) {
      const line = lines.get(key) ?? []
      line.shift()
      const [next] = line
      if (next === undefined) lines.delete(key)
      else if (--next.behind === 0) ready.push(next)
    }
  }

  function start() {
    while (inFlight < transactions && ready.length > 0) void run(ready.splice(0, batch))
  }

  // At the end of this turn of the event loop, so that requests that came in with it go together; but when that are many,
  // the database shall not be idle until the last of them is read.
  function schedule() {
    if (ready.length >= ENOUGH) start()
    if (scheduled || inFlight >= transactions || ready.length === 0) return
    scheduled = true
    setImmediate(() => {
      scheduled = false
      start()
    })
  }

  async function run(entries: Waiting[]) {
    inFlight++
    const started = performance.now()
    const { settled, wrote } = await commitAll(
      db,
      entries.map(({ operation }) => operation),
    )
    inFlight--
    observeBatch(entries.length, started - Math.min(...entries.map(({ since }) => since)))
    for (const [i, entry] of entries.entries()) {
      leave(entry)
      const end = settled[i]
      if (end?.status === 'fulfilled') entry.resolve(end.value)
      else entry.reject(end?.reason)
    }
    schedule()
    if (wrote) onCommit()
  }

  return {
    submit<Input, Output>(work: Work<Input, Output>, input: Input) {
      return new Promise<Output>((resolve, reject) => {
        if (open >= mostWaiting) return reject(new OverloadedError())
        open++
        const keys = [...new Set(work.keys(input))]
        const settle = { resolve: resolve as (output: unknown) => void, reject }
        enter({ operation: makeOperation(work, input), keys, behind: 0, since: performance.now(), ...settle })
        schedule()
      })
    },
  }
}
