import type { Decided, Work } from '../commit.ts'
import { fragments } from '../dialect/fragments.ts'
import type { Db } from '../schema.ts'
import type { Insert } from '../write.ts'

/** What a client was told, so that it can be told again. */
export interface StoredAnswer {
  status: number
  headers: Readonly<Record<string, string>>
  /** As it was sent, or sealed; null for none. */
  body: string | null
}

/** An input that must have its effect only once, whoever sends it again. */
export interface KeyedInput<Input, Output> {
  input: Input
  /** One a caller, route and key: at most 64 characters. */
  id: string
  /** Tells this request from another with the same key: at most 64 characters. */
  requestHash: string
  /** The answer that is stored with the effect. */
  answerOf(output: Output): StoredAnswer
  /** Machine time. */
  machineNow: Date
}

/** `reused`: the key came before, with another request. */
export type OnceOutcome<Output> = { kind: 'done'; output: Output } | { kind: 'replayed'; answer: StoredAnswer } | { kind: 'reused' }

/**
 * The same work, done at most once a key: what an operation writes is written together with its answer, and an operation
 * whose key has an answer already gets that. What writes nothing (a refusal) is not stored. Two operations with one key are
 * never in flight at once in a process; across processes the second violates the primary key, is decided again, and finds the answer.
 */
export function once<Input, Output>(work: Work<Input, Output>): Work<KeyedInput<Input, Output>, OnceOutcome<Output>> {
  return {
    keys: ({ id, input }) => [...work.keys(input), `idempotency/${id}`],

    async decide(db, inputs) {
      const decisions = await work.decide(
        db,
        inputs.map(({ input }) => input),
      )
      // Read after all else: had another process done it between the two reads, its effect would look like a refusal
      // ("the reference is taken") instead of a replay.
      const stored = await findAnswers(
        db,
        inputs.map(({ id }) => id),
      )
      return inputs.map((keyed, i) => {
        const known = stored.get(keyed.id)
        if (known !== undefined) return { output: replay(keyed, known) }
        return withAnswer(keyed, decisions[i])
      })
    },
  }
}

type Row = StoredAnswer & { requestHash: string }

async function findAnswers(db: Db, ids: readonly string[]): Promise<Map<string, Row>> {
  const isWanted = fragments(db).anyOf('idempotency_keys', 'id', ids)
  const rows = await db.selectFrom('idempotency_keys').selectAll().where(isWanted).execute()
  return new Map(
    rows.map(({ id, request_hash: requestHash, status, answer_headers: headers, body }) => [
      id,
      { requestHash, status, headers: JSON.parse(headers), body },
    ]),
  )
}

function replay<Output>({ requestHash }: KeyedInput<unknown, Output>, { requestHash: first, ...answer }: Row): OnceOutcome<Output> {
  return requestHash === first ? { kind: 'replayed', answer } : { kind: 'reused' }
}

function withAnswer<Input, Output>(keyed: KeyedInput<Input, Output>, decided: Decided<Output> | undefined): Decided<OnceOutcome<Output>> {
  if (decided === undefined) throw new Error('An input was not decided.')
  if ('error' in decided) return decided
  const { output, write } = decided
  const done = { kind: 'done', output } as const
  if (write === undefined) return { output: done }
  return { output: done, write: { ...write, inserts: [...write.inserts, answerInsert(keyed, output)] } }
}

function answerInsert<Output>({ id, requestHash, answerOf, machineNow }: KeyedInput<unknown, Output>, output: Output): Insert {
  const { status, headers, body } = answerOf(output)
  return {
    table: 'idempotency_keys',
    row: { id, request_hash: requestHash, status, answer_headers: JSON.stringify(headers), body, created_at: machineNow },
  }
}
