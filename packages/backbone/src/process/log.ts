import { type Logger, pino } from 'pino'

export type Log = Logger

/** What must never reach a log, wherever it stands in a logged object. */
const SECRETS = ['authorization', 'password', 'secret', 'token', 'apiKey', 'cookie', '*.authorization', '*.password', '*.secret', '*.token']

/**
 * JSON lines on stdout, each with the process's name. Shipping them is the platform's business.
 * `level` is one of pino's: trace, debug, info, warn, error, fatal, silent.
 */
export function makeLog(name: string, level = 'info', destination?: { write(line: string): void }): Log {
  const options = {
    level,
    base: { process: name },
    redact: { paths: SECRETS, censor: '[redacted]' },
    timestamp: pino.stdTimeFunctions.isoTime,
  }
  return pino(options, destination ?? openStdout())
}

let stdout: ReturnType<typeof pino.destination> | undefined

/** Not one system call a line: lines go out together, after 100 ms at most and when the process ends. */
function openStdout() {
  if (stdout !== undefined) return stdout
  const opened = pino.destination({ sync: true, minLength: 4_096, periodicFlush: 100 })
  process.on('exit', () => opened.flushSync())
  stdout = opened
  return opened
}
