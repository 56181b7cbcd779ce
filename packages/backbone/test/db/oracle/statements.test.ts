import { noteForSummary } from '@lifeline/testing/notes'
import { checkStatement } from '@lifeline/testing/oracle/statements/check-statement'
import { migrationStatements } from '@lifeline/testing/oracle/statements/migrations'
import { readSnapshots } from '@lifeline/testing/oracle/statements/snapshots'
import t from 'tap'

// The runner sees to it that the snapshots hold what the tests have sent, all of it and nothing else.
t.test('every statement that Lifeline sends to Oracle passes the grammar, the lint and the driver', async (t) => {
  const statements = new Map(readSnapshots().map((entry) => [entry.sql, entry]))
  t.ok(statements.size > 0)
  for (const { file, sql } of statements.values()) t.strictSame(checkStatement(sql), [], `${file}: ${sql}`)
  noteForSummary(
    `Oracle: ${statements.size} different statements and ${migrationStatements().length} of migrations passed the static gate.`,
  )
})

t.test('so does every statement of sql/oracle', async (t) => {
  for (const { file, sql } of migrationStatements()) t.strictSame(checkStatement(sql), [], `${file}: ${sql.slice(0, 100)}`)
})

t.test('no statement of sql/oracle is a block of PL/SQL', async (t) => {
  for (const { file, sql } of migrationStatements()) t.notMatch(sql, /^\s*(begin|declare)\b/i, file)
})
