import { codeOf } from '../sql-text.ts'
import { parseStatement } from '../wire/driver-internals.ts'
import { lintErrors } from './lint.ts'
import { grammarErrors } from './plsql-grammar.ts'

export interface StatementProblem {
  layer: 'grammar' | 'lint' | 'driver'
  message: string
}

/** All that can be said against a statement for Oracle 19c without running it. */
export function checkStatement(sql: string): StatementProblem[] {
  return [
    ...grammarErrors(sql).map((message) => ({ layer: 'grammar' as const, message })),
    ...lintErrors(sql).map((message) => ({ layer: 'lint' as const, message })),
    ...driverErrors(sql).map((message) => ({ layer: 'driver' as const, message })),
  ]
}

/** What oracledb's own parser takes the statement for, against what stands there. */
function driverErrors(sql: string): string[] {
  const parsed = parseStatement(sql)
  const code = codeOf(sql)
  const binds = code.match(/:\w+/g)?.length ?? 0
  const returns = /\breturning\b[\s\S]*\binto\b/i.test(code)
  return [
    ...(parsed.bindInfoList.length === binds ? [] : [`the driver sees ${parsed.bindInfoList.length} binds, there are ${binds} (NJS-098)`]),
    ...(parsed.isReturning === returns ? [] : ['the driver does not see RETURNING … INTO as it is meant']),
    ...(parsed.isPlSql ? ['the driver takes it for PL/SQL'] : []),
    ...(parsed.isQuery || parsed.isDml || parsed.isDdl || /^\s*(set transaction|savepoint|rollback)\b/i.test(sql)
      ? []
      : ['the driver does not know what it is']),
  ]
}
