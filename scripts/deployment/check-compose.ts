import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv } from 'ajv'
import { parse } from 'yaml'
import { activeServices, type ComposeFile, type ComposeService, isInImage, readComposeFile, readRaw } from './compose-file.ts'
import { variablesIn } from './interpolate.ts'
import { environmentProblems, hardStopSeconds, MIGRATE_CONFIG, PROCESSES, type Process } from './processes.ts'

/** The file of variables per kind of database; each must give a whole that can start. */
const ENV_FILES = ['.env', 'oracle.env']
/** The specification's own schema, as a linter carries it. */
const SCHEMA = new URL('../../node_modules/dclint/schemas/compose.schema.json', import.meta.url)

export function checkCompose(root: string, notes: string[]): string[] {
  const schema = schemaProblems(readRaw(root))
  // What has the wrong shape cannot be looked at further.
  if (schema.length > 0) return schema
  const problems = [...variableProblems(root), ...prometheusProblems(root), ...pluginProblems(root, notes)]
  for (const envFile of ENV_FILES) {
    const { file, profiles } = readComposeFile(root, envFile)
    const found = [...referenceProblems(file, profiles, root), ...processProblems(file, root), ...hostProblems(file, profiles)]
    problems.push(...found.map((problem) => `compose.yaml with ${envFile}: ${problem}`))
  }
  return [...new Set(problems)]
}

function schemaProblems(file: unknown): string[] {
  const validate = new Ajv({ strict: false, allErrors: true, validateFormats: false, validateSchema: false }).compile(
    JSON.parse(readFileSync(SCHEMA, 'utf8')),
  )
  if (validate(file)) return []
  return (validate.errors ?? []).map(
    ({ instancePath, message, params }) => `compose.yaml${instancePath} ${message} ${JSON.stringify(params)}`,
  )
}

/** The list at the top of the file is all there is to know. */
function variableProblems(root: string): string[] {
  const text = readFileSync(join(root, 'compose/compose.yaml'), 'utf8')
  const head = new Set(text.slice(0, text.indexOf('\nname:')).match(/\b[A-Z][A-Z_]+\b/g))
  const used = variablesIn(text.replace(/^\s*#.*$/gm, ''))
  return [...new Set(used)].filter((name) => !head.has(name)).map((name) => `compose.yaml uses \${${name}}, which its head does not list.`)
}

/** What depends_on, volumes and healthchecks name must be there. */
function referenceProblems(file: ComposeFile, profiles: string[], root: string): string[] {
  const problems: string[] = []
  const active = activeServices(file, profiles)
  for (const [name, { depends_on = {}, volumes = [] }] of Object.entries(active)) {
    for (const [other, { condition, required = true }] of Object.entries(depends_on)) {
      if (!(other in file.services)) problems.push(`${name} depends on ${other}, which is no service.`)
      else if (required && !(other in active)) problems.push(`${name} depends on ${other}, which does not run.`)
      if (condition === 'service_healthy' && file.services[other]?.healthcheck === undefined) {
        problems.push(`${name} waits until ${other} is healthy, which has no healthcheck.`)
      }
    }
    for (const source of volumes.map((volume) => volume.split(':')[0] ?? '')) {
      const isThere = source.startsWith('.') ? existsSync(join(root, 'compose', source)) : source in file.volumes
      if (!isThere) problems.push(`${name} mounts ${source}, which does not exist.`)
    }
  }
  return problems
}

function processProblems({ services }: ComposeFile, root: string): string[] {
  const problems: string[] = []
  for (const process of PROCESSES) {
    const service = services[process.name]
    if (service === undefined) problems.push(`has no service ${process.name}.`)
    else problems.push(...serviceProblems(process, service, root).map((problem) => `${process.name} ${problem}`))
  }
  const { environment = {}, command = [] } = services.migrate ?? {}
  problems.push(...environmentProblems(MIGRATE_CONFIG, environment).map((problem) => `migrate ${problem}`))
  if (!isInImage(root, command[0] ?? '')) problems.push(`migrate runs ${command[0]}, which is not in the image.`)
  return problems
}

function serviceProblems({ name, config, port }: Process, service: ComposeService, root: string): string[] {
  const problems = environmentProblems(config, service.environment ?? {})
  const { image = '', build, healthcheck, stop_grace_period = '10s', ports = [] } = service
  if (image.split(':')[0] !== `lifeline-${name}`) problems.push(`has the image ${image}.`)
  if (build?.args?.SERVICE !== name) problems.push(`is built with SERVICE=${build?.args?.SERVICE}.`)
  if (!existsSync(join(root, 'compose', build?.context ?? '', build?.dockerfile ?? '-'))) problems.push('is built from no Dockerfile.')
  if (healthcheck?.test.some((word) => word.includes(`//127.0.0.1:${port}/health/ready'`)) !== true) {
    problems.push(`is not asked for /health/ready on port ${port}.`)
  }
  if (ports.some((published) => !published.startsWith('127.0.0.1:') || !published.endsWith(`:${port}`))) {
    problems.push(`publishes ${ports.join(', ')}; it listens on ${port}, and only this machine may see it.`)
  }
  if (Number(/^(\d+)s$/.exec(stop_grace_period)?.[1] ?? 0) <= hardStopSeconds()) {
    problems.push(`gets ${stop_grace_period} to stop; it may need more than ${hardStopSeconds()} s.`)
  }
  return problems
}

/** URLs of the processes lead to services that run. */
function hostProblems(file: ComposeFile, profiles: string[]): string[] {
  const active = activeServices(file, profiles)
  const problems: string[] = []
  for (const name of [...PROCESSES.map((process) => process.name), 'migrate']) {
    const { environment = {}, depends_on = {} } = file.services[name] ?? {}
    for (const [variable, url] of Object.entries(environment).filter(([key]) => /^(DATABASE|BROKER|MAIL)_URL$/.test(key))) {
      const host = URL.parse(url)?.hostname ?? ''
      if (!(host in active)) problems.push(`${name} has a ${variable} to ${host || url}, which does not run.`)
    }
    if (name !== 'migrate' && depends_on.migrate === undefined) problems.push(`${name} does not wait for migrate.`)
  }
  return problems
}

interface PrometheusFile {
  scrape_configs: { job_name: string; dns_sd_configs?: { names: string[]; type: string; port: number }[] }[]
}

function prometheusProblems(root: string): string[] {
  const file = parse(readFileSync(join(root, 'compose/prometheus/prometheus.yml'), 'utf8')) as PrometheusFile
  const problems: string[] = []
  for (const { name, port } of PROCESSES) {
    const job = file.scrape_configs.find(({ job_name }) => job_name === name)?.dns_sd_configs?.[0]
    if (job?.names[0] !== name || job.type !== 'A' || job.port !== port)
      problems.push(`prometheus.yml does not scrape ${name} on port ${port}.`)
  }
  return problems
}

function pluginProblems(root: string, notes: string[]): string[] {
  if (spawnSync('docker', ['compose', 'version']).status !== 0) {
    notes.push('Docker Compose is not here: compose.yaml was held to the schema of the specification only.')
    return []
  }
  const { status, stderr } = spawnSync('docker', ['compose', '--file', 'compose/compose.yaml', 'config', '--quiet'], {
    cwd: root,
    encoding: 'utf8',
  })
  return status === 0 ? [] : [`docker compose config: ${stderr.trim()}`]
}
