import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The folder whose queries must all have been compiled for Oracle. */
export const DB = fileURLToPath(new URL('../../../../backbone/src/db/', import.meta.url))

/** A place in `db/` from which a statement is sent. */
export interface CallSite {
  /** Relative to `db/`. */
  file: string
  line: number
}

const SENDS = /\.(execute|executeTakeFirst|executeTakeFirstOrThrow|stream|executeQuery)(<.*>)?\(/
/** Opens a PGlite. */
const NOT_FOR_ORACLE: ReadonlySet<string> = new Set(['open.ts'])
const ONLY_OPENS = /\.(transaction|connection)\(\)(\.setIsolationLevel\(\w+\))?\s*\.execute\(/

/** Writes what operations have decided, in statements of its own. */
const WRITES = 'dialect/oracle/write.ts'

export const isDialect = (file: string) => file.startsWith('dialect/') && file !== WRITES

/** Every place in `db/`, the dialects left out, from which a statement is sent. */
export function listCallSites(): CallSite[] {
  const files = readdirSync(DB, { recursive: true, encoding: 'utf8' }).filter(
    (file) => file.endsWith('.ts') && !isDialect(file) && !NOT_FOR_ORACLE.has(file),
  )
  return files.sort().flatMap((file) =>
    readFileSync(join(DB, file), 'utf8')
      .split('\n')
      .flatMap((text, i) => (SENDS.test(text) && !ONLY_OPENS.test(text) ? [{ file, line: i + 1 }] : [])),
  )
}

/** The innermost place in `db/` on the present stack, the dialects left out, with the name of its function. */
export function currentCallSite(frames: readonly NodeJS.CallSite[]): (CallSite & { in: string }) | undefined {
  for (const frame of frames) {
    // Behind the first await stand functions that have called somebody else, who asks now.
    if (frame.isAsync()) return undefined
    const url = frame.getFileName() ?? ''
    if (!url.startsWith('file:')) continue
    // A mutant of the dialect: what it sends is wrong on purpose.
    if (url.includes('?')) return undefined
    const file = relative(DB, fileURLToPath(url))
    if (file.startsWith('..') || isDialect(file)) continue
    return { file, line: frame.getLineNumber() ?? 0, in: functionAt(file, frame.getLineNumber() ?? 0) }
  }
}

const sources = new Map<string, string[]>()

/** The function, or the Work, at the left margin that a line is in. */
function functionAt(file: string, line: number): string {
  const lines = sources.get(file) ?? readFileSync(join(DB, file), 'utf8').split('\n')
  sources.set(file, lines)
  for (let i = line - 1; i >= 0; i--) {
    const name = /^(?:export )?(?:(?:async )?function\*? |const (?=\w+: Work<))(\w+)/.exec(lines[i] ?? '')?.[1]
    if (name !== undefined) return name
  }
  return '(file)'
}
