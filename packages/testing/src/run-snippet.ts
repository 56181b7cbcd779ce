import { spawn } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { text } from 'node:stream/consumers'
import { findInstalled } from './installed-program.ts'
import { noteForSummary } from './notes.ts'

/** How a snippet of each language is run: in a file of this name, by this program. The Node is that of the tests. */
const LANGUAGES = {
  sh: { file: 'snippet.sh', program: 'sh', args: [] },
  js: { file: 'snippet.mjs', program: process.execPath, args: [] },
  ts: { file: 'snippet.ts', program: process.execPath, args: [] },
  python: { file: 'snippet.py', program: 'python3', args: [] },
} as const
export type Language = keyof typeof LANGUAGES

/** The blocks of a Markdown text that are fenced with ``` and this word, in order. */
export function fencedBlocks(markdown: string, language: Language): string[] {
  return [...markdown.matchAll(/^```(\w*)\n([\s\S]*?)^```$/gm)].flatMap(([, word, block = '']) => (word === language ? [block] : []))
}

/**
 * Why a snippet that needs these programs cannot be run here, for a test's `skip`, and the summary says so too; false when it
 * can. Throws with CI=true, where all of them must be there.
 */
export function missingPrograms(what: string, programs: readonly string[]): string | false {
  const missing = programs.filter((program) => findInstalled(program, []) === undefined)
  if (missing.length === 0) return false
  const note = `${what} did not run: there is no ${missing.join(', ')} here.`
  if (process.env.CI === 'true') throw new Error(note)
  noteForSummary(note)
  return note
}

interface Options {
  /** What it finds beside PATH and HOME. */
  env?: Readonly<Record<string, string>>
  /** A folder of its own unless given. */
  cwd?: string
}

export interface SnippetResult {
  exitCode: number | null
  stdout: string
  stderr: string
}

/** Runs a snippet, as a file, as somebody would who has pasted it. A shell goes on after a line that fails, unless the snippet has `set -e`. */
export async function runSnippet(language: Language, snippet: string, { env = {}, cwd }: Options = {}): Promise<SnippetResult> {
  const { file, program, args } = LANGUAGES[language]
  const folder = await mkdtemp(join(tmpdir(), 'lifeline-snippet-'))
  try {
    await writeFile(join(folder, file), snippet)
    const child = spawn(program, [...args, join(folder, file)], {
      cwd: cwd ?? folder,
      env: { PATH: [dirname(process.execPath), process.env.PATH].join(delimiter), HOME: folder, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const ended = new Promise<number | null>((resolve, reject) => child.once('error', reject).once('close', resolve))
    const [stdout, stderr, exitCode] = await Promise.all([text(child.stdout), text(child.stderr), ended])
    return { exitCode, stdout, stderr }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
