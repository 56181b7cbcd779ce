import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseEnv } from 'node:util'
import { parse } from 'yaml'
import { interpolate } from './interpolate.ts'

export interface ComposeService {
  image?: string
  build?: { context: string; dockerfile: string; args?: Record<string, string> }
  entrypoint?: string[]
  command?: string[]
  environment?: Record<string, string>
  profiles?: string[]
  depends_on?: Record<string, { condition: string; required?: boolean }>
  healthcheck?: { test: string[] }
  stop_grace_period?: string
  ports?: string[]
  volumes?: string[]
}

export interface ComposeFile {
  services: Record<string, ComposeService>
  volumes: Record<string, unknown>
}

/** compose.yaml as Compose sees it with the variables of `envFile`, which is one of this folder. */
export function readComposeFile(root: string, envFile: string): { file: ComposeFile; profiles: string[] } {
  const env: Record<string, string> = {}
  const given = parseEnv(readFileSync(join(root, 'compose', envFile), 'utf8'))
  for (const [name, value] of Object.entries(given)) env[name] = interpolate(value ?? '', env)
  const file = interpolateAll(readRaw(root), env) as ComposeFile
  return { file, profiles: (env.COMPOSE_PROFILES ?? '').split(',') }
}

export function readRaw(root: string): unknown {
  return parse(readFileSync(join(root, 'compose/compose.yaml'), 'utf8'), { merge: true, uniqueKeys: true })
}

function interpolateAll(value: unknown, env: Record<string, string>): unknown {
  if (typeof value === 'string') return interpolate(value, env)
  if (Array.isArray(value)) return value.map((item) => interpolateAll(item, env))
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, interpolateAll(item, env)]))
}

/** The services that run, by profile. */
export function activeServices({ services }: ComposeFile, profiles: readonly string[]): Record<string, ComposeService> {
  const isActive = ({ profiles: own = [] }: ComposeService) => own.length === 0 || own.some((profile) => profiles.includes(profile))
  return Object.fromEntries(Object.entries(services).filter(([, service]) => isActive(service)))
}

/** A path of the image (`/lifeline/packages/…`) must be one of the repository. */
export function isInImage(root: string, path: string): boolean {
  return path.startsWith('/lifeline/') && existsSync(join(root, path.slice('/lifeline/'.length)))
}
