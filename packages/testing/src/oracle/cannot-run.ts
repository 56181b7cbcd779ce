/** A test that a right program fails on an engine, because the engine stands in for Oracle and is not one. */
export interface CannotRun {
  file: string
  test: string
  reason: string
}

/** As many as there were when somebody last looked at each of them; the list may shrink by itself, not grow. */
export const AT_MOST = 1

export const CANNOT_RUN: readonly CannotRun[] = [
  {
    file: 'packages/backbone/test/db/add-tasks.test.ts',
    test: 'oracle-h2: what is added is what is read, to the millisecond and the last character',
    reason:
      'H2 counts the length of a text in UTF-16 units, so that 200 characters outside the first plane are too long; oracle-pg runs it',
  },
]

/** Why a test fails on its engine and may, or undefined. */
export function whyItCannotRun(fullName: string): string | undefined {
  return CANNOT_RUN.find(({ file, test }) => fullName === `${file} > ${test}`)?.reason
}

/** What is wrong with the list itself. */
export function listProblems(): string[] {
  if (CANNOT_RUN.length <= AT_MOST) return []
  return [
    `${CANNOT_RUN.length} tests are listed as impossible on an engine, ${AT_MOST} were: look at them, then raise AT_MOST in cannot-run.ts.`,
  ]
}
