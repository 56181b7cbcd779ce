/** The command line, or the configuration, cannot be used as it is. The message says what to write instead. */
export class UsageError extends Error {
  override name = 'UsageError'
}
