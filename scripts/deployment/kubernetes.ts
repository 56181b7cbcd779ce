import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Deployment } from 'kubernetes-types/apps/v1.js'
import type { Job } from 'kubernetes-types/batch/v1.js'
import type { ConfigMap, Container, Secret, Service } from 'kubernetes-types/core/v1.js'
import { parse, parseAllDocuments } from 'yaml'

export type Manifest = (Deployment | Job | Service | ConfigMap | Secret) & { apiVersion: string; kind: string }

export interface Rendering {
  /** `base`, `overlays/dev`, … */
  folder: string
  manifests: Manifest[]
}

interface Kustomization {
  resources?: string[]
  images?: { name: string; newName?: string; newTag?: string }[]
  configMapGenerator?: Generator[]
  secretGenerator?: Generator[]
}

interface Generator {
  name: string
  behavior?: 'merge'
  literals: string[]
}

export const hasKubectl = () => spawnSync('kubectl', ['kustomize', '--help']).status === 0

/** What `kubectl apply -k` would send, for the base and each overlay. Throws what kustomize has to say. */
export function renderAll(root: string): Rendering[] {
  const folders = ['base', ...readdirSync(join(root, 'k8s/overlays')).map((name) => `overlays/${name}`)]
  const render = hasKubectl() ? renderWithKubectl : renderByHand
  return folders.map((folder) => ({ folder, manifests: render(join(root, 'k8s', folder)) }))
}

function renderWithKubectl(folder: string): Manifest[] {
  const { status, stdout, stderr } = spawnSync('kubectl', ['kustomize', folder], { encoding: 'utf8' })
  if (status !== 0) throw new Error(`kubectl kustomize ${folder}: ${stderr.trim()}`)
  return parseManifests(stdout)
}

/** Where kubectl is not: resources, generators and images only, of which our folders consist. */
function renderByHand(folder: string): Manifest[] {
  const read = (file: string) => readFileSync(join(folder, file), 'utf8')
  const kustomization = parse(read('kustomization.yaml')) as Kustomization
  const manifests: Manifest[] = []
  for (const resource of kustomization.resources ?? []) {
    manifests.push(...(resource.endsWith('.yaml') ? parseManifests(read(resource)) : renderByHand(join(folder, resource))))
  }
  for (const generator of kustomization.configMapGenerator ?? []) generate(manifests, 'ConfigMap', generator)
  for (const generator of kustomization.secretGenerator ?? []) generate(manifests, 'Secret', generator)
  for (const container of manifests.flatMap(containersOf)) {
    const image = kustomization.images?.find(({ name }) => name === container.image)
    if (image !== undefined) container.image = `${image.newName ?? image.name}:${image.newTag}`
  }
  return manifests
}

function generate(manifests: Manifest[], kind: 'ConfigMap' | 'Secret', { name, behavior, literals }: Generator): void {
  const value = (text: string) => (kind === 'Secret' ? Buffer.from(text).toString('base64') : text)
  const pairs = literals.map((literal) => literal.split(/=(.*)/s) as [string, string])
  const data = Object.fromEntries(pairs.map(([key, text]) => [key, value(text)]))
  const merged = manifests.find((manifest): manifest is Manifest & ConfigMap => manifest.kind === kind && manifest.metadata?.name === name)
  if (behavior === 'merge' && merged === undefined) throw new Error(`There is no ${kind} ${name} to merge into.`)
  if (merged !== undefined) Object.assign(merged.data ?? {}, data)
  else manifests.push({ apiVersion: 'v1', kind, metadata: { name }, data })
}

function parseManifests(text: string): Manifest[] {
  return parseAllDocuments(text, { uniqueKeys: true }).map((document) => {
    if (document.errors[0] !== undefined) throw document.errors[0]
    return document.toJS() as Manifest
  })
}

export function containersOf(manifest: Manifest): Container[] {
  return isWorkload(manifest) ? (manifest.spec?.template.spec?.containers ?? []) : []
}

export function isWorkload(manifest: Manifest): manifest is Manifest & (Deployment | Job) {
  return manifest.kind === 'Deployment' || manifest.kind === 'Job'
}

export function find(manifests: Manifest[], kind: Manifest['kind'], name: string): Manifest | undefined {
  return manifests.find((manifest) => manifest.kind === kind && manifest.metadata?.name === name)
}
