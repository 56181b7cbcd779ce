// @ts-check
import { spawn } from 'node:child_process'
import { constants } from 'node:os'
import { isatty } from 'node:tty'

/**
 * How a command ended: with an exit code, which is also ours; or by a signal, or without having begun, which `said` tells.
 *
 * @typedef {{ code: number, what: string, said?: string }} Ended
 */

/** After the command has ended, what it left in the background may hold its output open: we wait for so long a silence. */
const SILENCE_MS = 1_000

const FORWARDED = /** @type {const} */ (['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGQUIT', 'SIGUSR1', 'SIGUSR2'])
/** A terminal sends these to the command itself as well. */
const OF_TERMINALS = new Set(['SIGINT', 'SIGQUIT', 'SIGHUP'])

/**
 * Runs a command with our stdin; what it prints goes to our stdout and stderr, and to `hear`. Signals that we get are passed on.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {(chunk: Buffer) => void} hear
 * @returns {Promise<Ended>}
 */
export function runCommand(command, args, hear) {
  return new Promise((resolve) => {
    const child = begin(command, args)
    if (child instanceof Error) return resolve(notBegun(command, child))
    for (const signal of FORWARDED) {
      process.on(signal, () => {
        if (!(OF_TERMINALS.has(signal) && isatty(0))) child.kill(signal)
      })
    }
    let heardAt = 0
    /** @param {Buffer} chunk */
    const note = (chunk) => {
      heardAt = Date.now()
      hear(chunk)
    }
    const streams = [pass(child.stdout, process.stdout, note), pass(child.stderr, process.stderr, note)]
    // Also that a signal could not be passed on.
    child.on('error', (error) => child.pid === undefined && resolve(notBegun(command, error)))
    child.on('exit', (code, signal) => {
      const ended = endedBy(code, signal)
      const left = setInterval(() => {
        if (Date.now() - heardAt < SILENCE_MS || streams.some((stream) => stream.isPaused())) return
        for (const stream of streams) stream.destroy()
        finish()
      }, SILENCE_MS / 4)
      const finish = () => {
        clearInterval(left)
        resolve(ended)
      }
      heardAt = Date.now()
      child.on('close', finish)
    })
  })
}

/**
 * @param {string} command
 * @param {readonly string[]} args
 */
function begin(command, args) {
  try {
    return spawn(command, args, { stdio: ['inherit', 'pipe', 'pipe'] })
  } catch (error) {
    // Some of what the system refuses is thrown, and the rest comes as an event.
    return /** @type {Error} */ (error)
  }
}

/**
 * Passes on what comes, no faster than it is taken. Nobody reads any more: then the command shall notice as it would without us.
 *
 * @param {import('node:stream').Readable} from
 * @param {NodeJS.WriteStream} to
 * @param {(chunk: Buffer) => void} note
 */
function pass(from, to, note) {
  from.on('data', (chunk) => {
    note(chunk)
    if (to.write(chunk)) return
    from.pause()
    to.once('drain', () => from.resume())
  })
  from.on('error', () => {})
  to.on('error', () => from.destroy())
  return from
}

/**
 * As a shell has it: 127 is not there, 126 cannot be run.
 *
 * @param {string} command
 * @param {NodeJS.ErrnoException} error
 * @returns {Ended}
 */
function notBegun(command, { code, message }) {
  if (code === 'ENOENT') return { code: 127, what: '127', said: `${command}: command not found` }
  return { code: 126, what: '126', said: `${command}: ${code === 'EACCES' ? 'permission denied' : message}` }
}

/**
 * @param {number | null} code
 * @param {NodeJS.Signals | null} signal
 * @returns {Ended}
 */
function endedBy(code, signal) {
  if (signal !== null) return { code: 128 + constants.signals[signal], what: 'fail', said: `killed by ${signal}` }
  // Windows knows larger ones.
  if (code === null || code > 255) return { code: code ?? 1, what: 'fail', said: `exit code ${code}` }
  return { code, what: String(code) }
}
