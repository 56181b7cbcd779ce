import { appendFileSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { OracleQueryCompiler } from '@lifeline/backbone/db/dialect/oracle/compile'
import { type CompiledQuery, Kysely } from 'kysely'
import { testEnvironment } from '../../test-environment.ts'
import { type CallSite, currentCallSite } from './call-sites.ts'
import { normalise } from './normalise.ts'

/** A statement that was compiled for Oracle, and for which function. */
export interface RecordedStatement extends CallSite {
  in: string
  sql: string
}

export const RECORDS = 'oracle-statements'

const seen = new Set<string>()
let recording = false

/**
 * From now on everything that this process compiles for Oracle, and that a function in `db/` has asked for, is noted in
 * the run's folder; the runner compares it with the reviewed snapshots. Done at the compiler because there the caller is
 * still on the stack.
 */
export function recordStatements(): void {
  if (recording) return
  recording = true
  const folder = join(testEnvironment('TEST_RUN_FOLDER'), RECORDS)
  mkdirSync(folder, { recursive: true })
  const file = join(folder, `${process.pid}.jsonl`)
  const note = ({ sql }: CompiledQuery) => {
    const site = currentCallSite(stack())
    if (site === undefined) return
    const line = JSON.stringify({ ...site, sql: normalise(sql) } satisfies RecordedStatement)
    if (!seen.has(line)) appendFileSync(file, `${line}\n`)
    seen.add(line)
  }
  const { compileQuery } = OracleQueryCompiler.prototype
  OracleQueryCompiler.prototype.compileQuery = function (...args) {
    const compiled = compileQuery.apply(this, args)
    note(compiled)
    return compiled
  }
  // The dialect's fragments write some statements themselves.
  const { executeQuery } = Kysely.prototype
  Kysely.prototype.executeQuery = function (this: Kysely<unknown>, ...args: Parameters<typeof executeQuery>) {
    if (this.getExecutor().adapter.constructor.name === 'OracleAdapter' && 'sql' in args[0]) note(args[0])
    return executeQuery.apply(this, args)
  } as typeof executeQuery
}

function stack(): NodeJS.CallSite[] {
  const { prepareStackTrace, stackTraceLimit } = Error
  Error.stackTraceLimit = 60
  Error.prepareStackTrace = (_error, frames) => frames
  const frames = new Error().stack as unknown as NodeJS.CallSite[]
  Object.assign(Error, { prepareStackTrace, stackTraceLimit })
  return frames
}
