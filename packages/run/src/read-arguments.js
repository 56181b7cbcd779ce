// @ts-check

export const USAGE = `Use: lifeline-run [--url URL] [--] COMMAND [ARGUMENT …]

Runs COMMAND and tells Lifeline that it started, how it ended, and the last 10,000 bytes of what it printed.
Ends with the exit code of COMMAND, also when Lifeline cannot be reached.

  --url URL   the ping address (pingUrl) of the scheduler. Others on this machine can read a command line:
              the variable LIFELINE_PING_URL keeps it from them.
  --help      prints this
  --version   prints the version

Exit codes of its own: 64 when it was called wrongly, 126 and 127 when COMMAND cannot be run or is not there,
128 and the number of the signal when a signal ended COMMAND.`

/** lifeline-run was called wrongly. The message says what to write instead. */
export class UsageError extends Error {}

/** @typedef {{ print: 'help' | 'version' } | { url: URL, command: string, args: string[] }} Asked */

/**
 * What the arguments and the environment ask for. Throws UsageError.
 *
 * @param {readonly string[]} args
 * @param {Readonly<Record<string, string | undefined>>} env
 * @returns {Asked}
 */
export function readArguments(args, env) {
  let given = env.LIFELINE_PING_URL
  let i = 0
  for (; args[i]?.startsWith('-'); i++) {
    const [option = '', value] = splitOption(args[i] ?? '')
    if (option === '--') {
      i++
      break
    }
    if (option === '--help' || option === '-h') return { print: 'help' }
    if (option === '--version') return { print: 'version' }
    if (option !== '--url') throw new UsageError(`There is no option ${option}; options of the command go behind its name, or behind --.`)
    given = value ?? args[++i]
    if (given === undefined) throw new UsageError('--url needs a ping address behind it.')
  }
  const [command, ...rest] = args.slice(i)
  if (given === undefined || given === '') throw new UsageError('Give a ping address, in the variable LIFELINE_PING_URL or behind --url.')
  const url = readUrl(given)
  if (command === undefined || command === '') throw new UsageError('Name a command to run: lifeline-run -- COMMAND.')
  return { url, command, args: rest }
}

/** @param {string} text */
function splitOption(text) {
  const at = text.indexOf('=')
  return at === -1 ? [text] : [text.slice(0, at), text.slice(at + 1)]
}

/** @param {string} text */
function readUrl(text) {
  // The address is not repeated: who knows it can ping.
  try {
    const url = new URL(text)
    if (url.protocol === 'http:' || url.protocol === 'https:') return url
  } catch {
    // Said below.
  }
  throw new UsageError('The ping address must be one like https://lifeline.example.org/ping/TOKEN.')
}
