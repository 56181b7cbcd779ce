/** What an error says, in a line, for a log that needs no stack; '' when it is none. */
export function whyOf(error: unknown): string {
  if (!(error instanceof Error)) return ''
  // A host with several addresses fails once for each of them, and the whole has no message of its own.
  const parts = error instanceof AggregateError ? error.errors.map(whyOf) : []
  return (error.message || parts.join('; ') || error.name).replaceAll('\n', ' ')
}
