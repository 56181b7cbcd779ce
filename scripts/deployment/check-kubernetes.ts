import type { Deployment, DeploymentSpec } from 'kubernetes-types/apps/v1.js'
import type { Container, EnvVar, PodSpec, Probe, Service } from 'kubernetes-types/core/v1.js'
import { manifestTypeProblems } from './check-manifest-types.ts'
import { isInImage, readComposeFile } from './compose-file.ts'
import { containersOf, find, hasKubectl, isWorkload, type Manifest, renderAll } from './kubernetes.ts'
import { environmentProblems, hardStopSeconds, MIGRATE_CONFIG, PROCESSES, type Process, sampleOf } from './processes.ts'

export function checkKubernetes(root: string, notes: string[]): string[] {
  if (!hasKubectl()) notes.push('kubectl is not here: k8s/ was put together by our own reading of its kustomizations.')
  const renderings = renderAll(root)
  const problems = manifestTypeProblems(renderings.map(({ folder, manifests }) => ({ folder: `k8s/${folder}`, manifests })))
  // What has the wrong shape cannot be looked at further.
  if (problems.length > 0) return problems
  for (const { folder, manifests } of renderings) {
    const found = [...imageProblems(root, folder, manifests), ...PROCESSES.flatMap((process) => processProblems(process, manifests))]
    found.push(...migrationProblems(root, manifests))
    problems.push(...found.map((problem) => `k8s/${folder}: ${problem}`))
  }
  return problems
}

/** Our images are named as compose builds them, tagged in overlays only; those of others are the same as compose's. */
function imageProblems(root: string, folder: string, manifests: Manifest[]): string[] {
  const { file } = readComposeFile(root, '.env')
  const others = new Set(Object.values(file.services).map(({ image }) => image))
  const problems: string[] = []
  for (const manifest of manifests.filter(isWorkload)) {
    const name = manifest.metadata?.name ?? ''
    for (const { image = '' } of containersOf(manifest)) {
      const [, ours, tag] = /(?:^|\/)lifeline-([^:/]+)(?::(.+))?$/.exec(image) ?? []
      const expected = name === 'migrate' ? 'api' : name
      if (ours === undefined && !others.has(image)) problems.push(`${name} has the image ${image}, compose another.`)
      if (ours !== undefined && ours !== expected) problems.push(`${name} has the image ${image}.`)
      if (ours !== undefined && (tag === undefined) !== (folder === 'base'))
        problems.push(`${name} has the image ${image}: the tag is for overlays to say.`)
    }
  }
  return problems
}

function processProblems(process: Process, manifests: Manifest[]): string[] {
  const deployment = find(manifests, 'Deployment', process.name) as Deployment | undefined
  const { spec } = deployment ?? {}
  const pod = spec?.template.spec
  const container = pod?.containers[0]
  if (spec === undefined || pod === undefined || container === undefined) return [`has no Deployment ${process.name}.`]
  const problems = [
    ...podProblems(pod, container),
    ...environmentOf(container, manifests, process.config),
    ...portProblems(process, spec, container),
    ...(process.name === 'api' ? serviceProblems(spec, container, manifests) : []),
  ]
  return problems.map((problem) => `${process.name} ${problem}`)
}

function podProblems(pod: PodSpec, { lifecycle, resources, securityContext }: Container): string[] {
  const problems: string[] = []
  const needed = hardStopSeconds() + (lifecycle?.preStop?.sleep?.seconds ?? 0)
  if ((pod.terminationGracePeriodSeconds ?? 0) <= needed) problems.push(`may need more than ${needed} s to stop.`)
  if (pod.enableServiceLinks !== false) problems.push('gets variables that Kubernetes makes of the names of Services.')
  if (pod.securityContext?.runAsNonRoot !== true || !pod.securityContext.runAsUser) problems.push('may run as root.')
  if (securityContext?.allowPrivilegeEscalation !== false || securityContext.readOnlyRootFilesystem !== true)
    problems.push('has more rights than it needs.')
  if (resources?.requests?.cpu === undefined || resources.requests.memory === undefined || resources.limits?.memory === undefined) {
    problems.push('does not say what CPU and memory it needs.')
  }
  return problems
}

/** Every variable as the process would see it. A Secret that is not in the repository is stood for by a sample. */
function environmentOf({ env = [] }: Container, manifests: Manifest[], config: Process['config']): string[] {
  const problems: string[] = []
  const values: Record<string, string> = {}
  for (const variable of env) {
    const value = valueIn(variable, manifests)
    if (value === undefined) problems.push(`takes ${variable.name} from where it is not.`)
    else if (variable.name in values) problems.push(`sets ${variable.name} twice.`)
    values[variable.name] = value ?? ''
    if (isSecret(variable.name) && variable.valueFrom?.secretKeyRef === undefined)
      problems.push(`does not take ${variable.name} from a Secret.`)
  }
  return [...problems, ...environmentProblems(config, values)]
}

/** What stands for itself in a sample holds a password or is one. */
const isSecret = (name: string) => sampleOf(name) !== ''

function valueIn({ name, value, valueFrom }: EnvVar, manifests: Manifest[]): string | undefined {
  if (value !== undefined) return value
  const { configMapKeyRef, secretKeyRef } = valueFrom ?? {}
  if (configMapKeyRef?.name !== undefined) {
    const map = find(manifests, 'ConfigMap', configMapKeyRef.name)
    return map !== undefined && 'data' in map ? map.data?.[configMapKeyRef.key] : undefined
  }
  const secret = find(manifests, 'Secret', secretKeyRef?.name ?? '')
  if (secret !== undefined && 'data' in secret) {
    const encoded = secret.data?.[secretKeyRef?.key ?? '']
    return encoded === undefined ? undefined : Buffer.from(encoded, 'base64').toString()
  }
  // Made by hand in the cluster; the kustomizations say with which keys.
  return secretKeyRef?.name === 'lifeline' && secretKeyRef.key === name && sampleOf(name) !== '' ? sampleOf(name) : undefined
}

function portProblems({ port }: Process, { selector, template }: DeploymentSpec, container: Container): string[] {
  const problems: string[] = []
  const own = container.ports?.find(({ containerPort }) => containerPort === port)
  if (own === undefined) return [`has no port ${port}, on which it answers.`]
  const asks = (probe: Probe | undefined, path: string) => probe?.httpGet?.path === path && [port, own.name].includes(probe.httpGet.port)
  if (!asks(container.startupProbe, '/health/live')) problems.push('has no startupProbe on /health/live.')
  if (!asks(container.livenessProbe, '/health/live')) problems.push('has no livenessProbe on /health/live.')
  if (!asks(container.readinessProbe, '/health/ready')) problems.push('has no readinessProbe on /health/ready.')
  const { annotations = {}, labels = {} } = template.metadata ?? {}
  if (annotations['prometheus.io/port'] !== String(port) || annotations['prometheus.io/path'] !== '/metrics')
    problems.push('is not found by Prometheus.')
  if (!selects(selector.matchLabels, labels)) problems.push('does not select its own pods.')
  return problems
}

function serviceProblems({ template }: DeploymentSpec, container: Container, manifests: Manifest[]): string[] {
  const service = find(manifests, 'Service', 'api') as Service | undefined
  const target = service?.spec?.ports?.[0]?.targetPort
  const problems: string[] = []
  if (!selects(service?.spec?.selector, template.metadata?.labels ?? {})) problems.push('is not what its Service selects.')
  if (!container.ports?.some(({ name, containerPort }) => target === name || target === containerPort))
    problems.push(`has no port ${target} for its Service.`)
  return problems
}

function selects(selector: Record<string, string> | undefined, labels: Record<string, string>): boolean {
  const pairs = Object.entries(selector ?? {})
  return pairs.length > 0 && pairs.every(([name, value]) => labels[name] === value)
}

function migrationProblems(root: string, manifests: Manifest[]): string[] {
  const job = manifests.find(({ kind, metadata }) => kind === 'Job' && metadata?.name === 'migrate')
  const container = job === undefined ? undefined : containersOf(job)[0]
  if (container === undefined) return ['has no Job migrate.']
  const problems = environmentOf(container, manifests, MIGRATE_CONFIG)
  if (!isInImage(root, container.args?.[0] ?? '')) problems.push(`runs ${container.args?.[0]}, which is not in the image.`)
  return problems.map((problem) => `migrate ${problem}`)
}
