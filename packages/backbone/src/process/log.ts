import { type Logger, pino } from 'pino'

export type Log = Logger

/** What must never reach a log, wherever it stands in a logged object. */
const SECRETS = ['authorization', 'password', 'secret', 'token', 'apiKey', 'cookie', '*.authorization', '*.password', '*.secret', '*.token']

/**
 * JSON lines on stdout, each with the process's name. Shipping them is the platform's business.
 * `level` is one of pino's: trace, debug, info, warn, error, fatal, silent.
 */
export function makeLog(process: string, level = 'info', destination?: { write(line: string): void }): Log {
  const options = { level, base: { process }, redact: { paths: SECRETS, censor: '[redacted]' }, timestamp: pino.stdTimeFunctions.isoTime }
  // Not one system call a line: what comes while one is written goes with the next. Flushed when the process ends.
  return pino(options, destination ?? pino.destination({ sync: true, minLength: 4_096, periodicFlush: 100 }))
}
