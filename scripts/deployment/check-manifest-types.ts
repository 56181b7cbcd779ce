import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const MODULES = fileURLToPath(new URL('../../node_modules/', import.meta.url))

/** Where the type of each kind of manifest is. A kind that is not here is one that nobody has looked at. */
const KINDS: Record<string, string> = {
  'apps/v1 Deployment': 'apps/v1',
  'batch/v1 CronJob': 'batch/v1',
  'batch/v1 Job': 'batch/v1',
  'v1 ConfigMap': 'core/v1',
  'v1 Namespace': 'core/v1',
  'v1 Secret': 'core/v1',
  'v1 Service': 'core/v1',
}

interface Manifests {
  /** Where they are, for the messages. */
  folder: string
  manifests: readonly { apiVersion?: string; kind?: string; metadata?: { name?: string } }[]
}

/**
 * Holds every manifest to the published types of Kubernetes: written as a constant of its type, it must compile. So a field
 * that does not exist is found too, which the cluster's own schema would let pass.
 */
export function manifestTypeProblems(all: readonly Manifests[]): string[] {
  const folder = mkdtempSync(join(tmpdir(), 'lifeline-manifests-'))
  try {
    const problems: string[] = []
    const names = new Map<string, string>()
    for (const { folder: rendered, manifests } of all) {
      for (const manifest of manifests) {
        const title = `${manifest.kind} ${manifest.metadata?.name}`
        const module = KINDS[`${manifest.apiVersion} ${manifest.kind}`]
        if (module === undefined)
          problems.push(`${rendered}: ${title} has the kind ${manifest.apiVersion} ${manifest.kind}, which is not one of ours.`)
        else {
          const file = `manifest-${names.size}.ts`
          names.set(file, `${rendered}: ${title}`)
          const type = `import type { ${manifest.kind} } from 'kubernetes-types/${module}'`
          writeFileSync(join(folder, file), `${type}\nexport const manifest: ${manifest.kind} = ${JSON.stringify(manifest, null, 2)}\n`)
        }
      }
    }
    return [...problems, ...compile(folder, names)]
  } finally {
    rmSync(folder, { recursive: true })
  }
}

function compile(folder: string, names: Map<string, string>): string[] {
  const paths = { 'kubernetes-types/*': [join(MODULES, 'kubernetes-types/*')] }
  const compilerOptions = {
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    module: 'preserve',
    moduleResolution: 'bundler',
    types: [],
    paths,
  }
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['*.ts'] }))
  // Not bin/tsc: without an ending it cannot be loaded under the hooks that tap gives to every Node that a test starts.
  const args = [join(MODULES, 'typescript/lib/tsc.js'), '--project', folder, '--pretty', 'false']
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: folder, encoding: 'utf8' })
  if (status === 0) return []
  const lines = stdout.split('\n').filter((line) => / error TS/.test(line))
  if (lines.length === 0) return [`The types of Kubernetes could not be checked: ${stderr.trim() || stdout.trim()}`]
  return lines.map((line) => line.replace(/^(manifest-\d+\.ts)\((\d+),\d+\): error TS\d+: /, (_, file) => `${names.get(file)}: `))
}
