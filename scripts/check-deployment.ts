// Holds compose/ and k8s/ to the code and to each other: shapes against the published schemas, variables against what the
// processes read, ports, paths and images. Ends with exit code 1 and a line a problem. An argument names another root.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parse } from 'yaml'
import { checkCompose } from './deployment/check-compose.ts'
import { checkKubernetes } from './deployment/check-kubernetes.ts'
import { PROCESSES } from './deployment/processes.ts'

const root = process.argv[2] ?? fileURLToPath(new URL('..', import.meta.url))
const notes: string[] = []

const checks = [serviceProblems, dockerfileProblems, () => checkCompose(root, notes), () => checkKubernetes(root, notes)]
const problems = checks.flatMap(problemsOf)
for (const note of notes) console.log(note)
for (const problem of problems) console.error(problem)
if (problems.length > 0) process.exitCode = 1
else console.log('compose/ and k8s/ agree with the code.')

/** A file that cannot be read as what it is meant to be is a problem too. */
function problemsOf(check: () => string[]): string[] {
  try {
    return check()
  } catch (error) {
    return [(error as Error).message]
  }
}

/** Whoever adds a service must say how it runs. */
function serviceProblems(): string[] {
  const known = new Set([...PROCESSES.map(({ name }) => name), 'standalone'])
  const there = readdirSync(join(root, 'services'), { withFileTypes: true }).filter((entry) => entry.isDirectory())
  return there.filter(({ name }) => !known.has(name)).map(({ name }) => `services/${name} is not in scripts/config/programs.ts.`)
}

/** The images have the project's Node and pnpm, and all that an installation needs. */
function dockerfileProblems(): string[] {
  const read = (path: string) => readFileSync(join(root, path), 'utf8')
  const major = (JSON.parse(read('package.json')) as { devDependencies: { node: string } }).devDependencies.node.split('.')[0]
  const pnpm = /pnpm@[\w.]+/.exec(read('scripts/install.mjs'))?.[0]
  const { patchedDependencies = {} } = parse(read('pnpm-workspace.yaml')) as { patchedDependencies?: Record<string, string> }
  const dockerfile = read('compose/Dockerfile')
  const copied = [...dockerfile.matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap(([, sources = '']) => sources.split(' '))
  const isCopied = (path: string) => copied.some((source) => path === source || path.startsWith(`${source}/`))
  const sent = [...read('.dockerignore').matchAll(/^!(.+)$/gm)].map(([, path = '']) => path)
  const problems: string[] = []
  if (!dockerfile.includes(`ARG BASE_IMAGE=node:${major}-`))
    problems.push(`The Dockerfile is not based on Node ${major}, which package.json names.`)
  if (!dockerfile.includes(`ARG PNPM=${pnpm}\n`))
    problems.push(`The Dockerfile does not install with ${pnpm}, as scripts/install.mjs does.`)
  for (const path of copied.filter((source) => !sent.some((allowed) => source === allowed || source.startsWith(`${allowed}/`)))) {
    problems.push(`The Dockerfile copies ${path}, which .dockerignore holds back.`)
  }
  for (const patch of Object.values(patchedDependencies).filter((path) => !isCopied(path))) {
    problems.push(`The Dockerfile does not copy ${patch}, without which pnpm does not install.`)
  }
  return problems
}
