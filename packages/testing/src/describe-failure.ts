import { inspect } from 'node:util'
import type { Result } from 'tap-parser'

/** What tap adds that helps nobody to find the fault. */
const NOISE = ['at', 'stack', 'diff', 'source', 'args', 'cwd', 'command', 'stdio', 'externalID', 'tapCaught']

/** A failed assertion in a few indented lines: which test, what differs, where. */
export function describeFailure({ fullname, name, diag }: Result): string {
  const rest = Object.fromEntries(Object.entries(diag ?? {}).filter(([key]) => !NOISE.includes(key)))
  const lines = [
    fullname.endsWith(name) ? fullname : `${fullname} > ${name}`,
    diag?.diff?.trimEnd() ?? (Object.keys(rest).length > 0 && inspect(rest, { depth: 6, breakLength: 120 })),
    diag?.stack ?? (diag?.at && `${diag.at.fileName}:${diag.at.lineNumber}`),
  ]
  return lines.filter(Boolean).join('\n').trimEnd().replace(/^/gm, '     ')
}
