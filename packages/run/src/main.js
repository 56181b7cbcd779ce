#!/usr/bin/env node
// @ts-check
// lifeline-run -- COMMAND: a cron job that says that it ran. Plain JavaScript without dependencies, because Node strips no types
// from what npx installs; for Node 18 and later.
import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { ping } from './ping.js'
import { readArguments, USAGE, UsageError } from './read-arguments.js'
import { runCommand } from './run-command.js'
import { makeTail } from './tail.js'

const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'))

try {
  const asked = readArguments(process.argv.slice(2), process.env)
  if ('print' in asked) process.stdout.write(`${asked.print === 'help' ? USAGE : version}\n`)
  else end(await report(asked))
} catch (error) {
  if (!(error instanceof UsageError)) throw error
  say(`${error.message} lifeline-run --help tells more.`)
  process.exitCode = 64
}

/**
 * Runs the command and tells Lifeline. Answers the exit code.
 *
 * @param {{ url: URL, command: string, args: string[] }} asked
 */
async function report({ url, command, args }) {
  const about = { url, runId: randomUUID(), userAgent: `lifeline-run/${version}` }
  const over = new AbortController()
  // The command does not wait for Lifeline. A start that comes after its end would open a run, so it is not tried again then.
  const started = ping({ ...about, what: 'start', overtaken: over.signal })
  const tail = makeTail()
  const { code, what, said } = await runCommand(command, args, (chunk) => tail.add(chunk))
  over.abort()
  if (said !== undefined) {
    const line = `lifeline-run: ${said}`
    tail.add(Buffer.from(`\n${line}\n`))
    if (code === 126 || code === 127) process.stderr.write(`${line}\n`)
  }
  await started
  const why = await ping({ ...about, what, body: tail.read() })
  if (why !== undefined) say(`Lifeline could not be told of this run: ${why}.`)
  return code
}

/** @param {string} sentence */
function say(sentence) {
  process.stderr.write(`lifeline-run: ${sentence}\n`)
}

/**
 * Ends when all is written, whatever is still open.
 *
 * @param {number} code
 */
function end(code) {
  process.stdout.write('', () => process.stderr.write('', () => process.exit(code)))
}
