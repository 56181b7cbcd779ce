import { collectAfterStart } from './collect-start.ts'
import { type Log, makeLog } from './log.ts'
import { ConfigError, readLogLevel } from './read-config.ts'
import { whyOf } from './why-of.ts'

export interface ProcessContext {
  log: Log
  env: NodeJS.ProcessEnv
  /** Aborted at SIGTERM, SIGINT, or when a part of the process has failed for good. */
  signal: AbortSignal
  /** Runs at the end, in reverse order of registration, after the signal. */
  atEnd(close: () => unknown): void
  /** Ends the process, as a signal would. */
  end(why: string): void
}

/** Longer than a send takes, shorter than the 30 s Kubernetes gives. */
const HARD_STOP_MS = 25_000

/**
 * The life of a process: `start` opens and starts what it needs; then it runs until a signal, and what was registered
 * with `atEnd` is closed in reverse order. A process that does not come to its end by itself is a defect, and logged as one.
 */
export async function runProcess(name: string, start: (context: ProcessContext) => Promise<void>): Promise<void> {
  const unreadable = readEnvFile()
  const log = makeLog(name, readLogLevel(process.env))
  const ending = new AbortController()
  const closers: (() => unknown)[] = []
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => ending.abort(signal))
  const stopped = new Promise<void>((resolve) => ending.signal.addEventListener('abort', () => resolve()))
  try {
    if (unreadable !== undefined) throw unreadable
    await start({
      log,
      env: process.env,
      signal: ending.signal,
      atEnd: (close) => void closers.push(close),
      end: (why) => ending.abort(why),
    })
    collectAfterStart()
    await stopped
    log.info({ why: ending.signal.reason }, 'stopping')
  } catch (error) {
    if (!ending.signal.aborted) {
      process.exitCode = 1
      sayWhyItEnds(log, error)
      ending.abort(error)
    }
  }
  setTimeout(() => {
    log.error({ open: process.getActiveResourcesInfo() }, 'did not come to its end by itself: a defect')
    process.exit(1)
  }, HARD_STOP_MS).unref()
  for (const close of closers.reverse()) {
    try {
      await close()
    } catch (error) {
      log.error(error, 'closing failed')
      process.exitCode = 1
    }
  }
  log.info('stopped')
}

/** `.env`, where it is there. What the environment has already stays. */
function readEnvFile(): ConfigError | undefined {
  try {
    process.loadEnvFile('.env')
    return undefined
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    return code === 'ENOENT' ? undefined : new ConfigError(`.env cannot be read: ${message}.`)
  }
}

/** Whoever reads this has to set something right: a sentence where there is one, a stack only for what nobody has foreseen. */
function sayWhyItEnds(log: Log, error: unknown) {
  if (error instanceof ConfigError) log.fatal(`the configuration cannot be used:\n${error.message}`)
  else if (hasSentence(error)) {
    const why = whyOf(error.cause)
    log.fatal({ code: error.code, ...(why === '' ? {} : { why }) }, error.message)
    log.debug(error, 'where it came from')
  } else log.fatal(error, 'could not start')
}

/** The shape of the errors that are no bugs (`DomainError`): their message is written for people. */
function hasSentence(error: unknown): error is Error & { code: string } {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' && 'retry' in error && typeof error.retry === 'boolean'
}
