/**
 * The few failures a caller can do something about. `code` is stable (it is the `code` of the HTTP problem), `retry`
 * says whether the same work may succeed later: the API turns it into 503, a consumer into a retry. All other errors are bugs.
 */
export class DomainError extends Error {
  override name = 'DomainError'
  readonly code: string
  readonly retry: boolean
  constructor(code: string, message: string, { retry = false, cause }: { retry?: boolean; cause?: unknown } = {}) {
    super(message, { cause })
    this.code = code
    this.retry = retry
  }
}

/** The row does not exist, or is deleted. */
export class NotFoundError extends DomainError {
  override name = 'NotFoundError'
  constructor(what: string) {
    super('not_found', `There is no ${what}.`)
  }
}

/** Another row already holds a value that must be unique. `constraint` is its name in `sql/`. */
export class NotUniqueError extends DomainError {
  override name = 'NotUniqueError'
  readonly constraint: string
  constructor(constraint: string, cause: unknown) {
    super('not_unique', `The unique key ${constraint} is taken.`, { cause })
    this.constraint = constraint
  }
}

/** Somebody else changed the row between our read and our write. Read it and decide again. */
export class LostRaceError extends DomainError {
  override name = 'LostRaceError'
  constructor() {
    super('contended', 'The row was changed by somebody else at the same moment.', { retry: true })
  }
}

/** The database cannot be reached, or has no connection free. Nothing was decided. */
export class DatabaseUnavailableError extends DomainError {
  override name = 'DatabaseUnavailableError'
  constructor(cause: unknown, message = 'The database cannot be reached.') {
    super('database_unavailable', message, { retry: true, cause })
  }
}

/**
 * The database is there and lets nobody in: a wrong password, a name it does not know. A process that starts ends with
 * `message`, which says what to look at; one that runs waits for it to pass, as for any database that is away.
 */
export class DatabaseRefusedError extends DatabaseUnavailableError {
  override name = 'DatabaseRefusedError'
  constructor(message: string, cause: unknown) {
    super(cause, message)
  }
}

/** Two transactions waited for each other, and this one was rolled back. Run it again. */
export class DeadlockError extends DomainError {
  override name = 'DeadlockError'
  constructor(cause: unknown) {
    super('deadlock', 'The database rolled the transaction back to end a deadlock.', { retry: true, cause })
  }
}
