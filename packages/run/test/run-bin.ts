import { type ChildProcess, spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { fileURLToPath } from 'node:url'

export const BIN = fileURLToPath(new URL('../src/main.js', import.meta.url))
const KEPT = 100_000

export interface Run {
  child: ChildProcess
  /** Resolves when it has ended and all that it printed was read. */
  ended: Promise<{ code: number | null; out: string; err: string; bytes: number; sha256: string }>
}

/** Starts `lifeline-run` as a process, as a crontab does; `out` is the beginning of what it printed, `bytes` and `sha256` are of all of it. */
export function runBin(
  args: readonly string[],
  env: Record<string, string> = {},
  program: readonly string[] = [process.execPath, BIN],
): Run {
  const [command = '', ...first] = program
  const child = spawn(command, [...first, ...args], { env: { PATH: process.env.PATH, HOME: process.env.HOME, ...env }, stdio: 'pipe' })
  child.stdin.end()
  const heard = { out: '', err: '', bytes: 0 }
  const hash = createHash('sha256')
  child.stdout.on('data', (chunk: Buffer) => {
    hash.update(chunk)
    heard.bytes += chunk.length
    if (heard.out.length < KEPT) heard.out += chunk
  })
  child.stderr.on('data', (chunk) => {
    heard.err += chunk
  })
  const ended = new Promise<Awaited<Run['ended']>>((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code) => resolve({ code, ...heard, sha256: hash.digest('hex') }))
  })
  return { child, ended }
}
