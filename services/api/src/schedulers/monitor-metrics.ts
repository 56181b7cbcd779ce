import { listMonitors, type Monitor } from '@lifeline/backbone/db/schedulers/list-monitors'
import Type from 'typebox'
import type { App } from '../app.ts'
import { refusals } from '../docs.ts'
import { schedulerOwnerOf } from './scheduler-owner.ts'
import type { SchedulerRoutes } from './scheduler-routes.ts'

/** What is told of each scheduler; undefined where there is nothing to tell. */
const OF_SCHEDULER = {
  scheduler_up: ['Whether it is not Down.', ({ status }: Monitor) => Number(status !== 'Down')],
  scheduler_paused: ['Whether it is Paused.', ({ status }: Monitor) => Number(status === 'Paused')],
  scheduler_late: ['Whether it is expected by now.', ({ late }: Monitor) => Number(late)],
  scheduler_running: ['Whether a run is open.', ({ running }: Monitor) => Number(running)],
  scheduler_last_duration_seconds: [
    'How long its last measured run took.',
    ({ lastDurationMs }: Monitor) => (lastDurationMs === null ? undefined : lastDurationMs / 1_000),
  ],
} as const satisfies Record<string, readonly [help: string, value: (monitor: Monitor) => number | undefined]>

/** What is told of each tag: the sum over its schedulers. */
const OF_TAG = {
  scheduler_tag_schedulers: ['How many schedulers have the tag.', () => 1],
  scheduler_tag_down: ['How many of them are Down.', ({ status }: Monitor) => Number(status === 'Down')],
  scheduler_tag_late: ['How many of them are late.', ({ late }: Monitor) => Number(late)],
  scheduler_tag_running: ['How many of them are running.', ({ running }: Monitor) => Number(running)],
} as const satisfies Record<string, readonly [help: string, value: (monitor: Monitor) => number]>

/** Prometheus' metrics of every scheduler, apart from those of the process: there may be many, and they are not for everybody. */
export function routeMonitorMetrics(app: App, { db, clock }: Pick<SchedulerRoutes, 'db' | 'clock'>): void {
  app.get(
    '/metrics/monitors',
    {
      schema: {
        summary: 'Metrics of all schedulers, for Prometheus',
        tags: ['metrics'],
        response: { 200: { content: { 'text/plain': { schema: Type.String() } } }, ...refusals(401) },
      },
      config: { permission: 'scheduler:read' },
    },
    async (request, reply) => {
      const lines = Object.keys(OF_SCHEDULER).map((): string[] => [])
      const tags = new Map<string, number[]>()
      for await (const page of listMonitors(db, schedulerOwnerOf(request), clock.now()))
        for (const monitor of page) note(monitor, lines, tags)
      const families = Object.entries(OF_SCHEDULER).map(([name, [help]], i) => family(name, help, lines[i] ?? []))
      const ofTags = Object.entries(OF_TAG).map(([name, [help]], i) =>
        family(
          name,
          help,
          [...tags].map(([tag, sums]) => `${name}{tag="${quoted(tag)}"} ${sums[i]}`),
        ),
      )
      const up = [...tags].map(([tag, [, down]]) => `scheduler_tag_up{tag="${quoted(tag)}"} ${Number(down === 0)}`)
      const all = [...families, ...ofTags, family('scheduler_tag_up', 'Whether none of them is Down.', up)]
      return reply.type('text/plain; version=0.0.4; charset=utf-8').send(all.join(''))
    },
  )
}

function note(monitor: Monitor, lines: readonly string[][], tags: Map<string, number[]>) {
  const labels = `{name="${quoted(monitor.name)}",tags="${quoted(monitor.tags.join(','))}"}`
  for (const [i, [name, [, value]]] of Object.entries(OF_SCHEDULER).entries()) {
    const one = value(monitor)
    if (one !== undefined) lines[i]?.push(`${name}${labels} ${one}`)
  }
  for (const tag of monitor.tags) {
    const sums = tags.get(tag) ?? Object.keys(OF_TAG).map(() => 0)
    tags.set(tag, sums)
    for (const [i, [, value]] of Object.values(OF_TAG).entries()) sums[i] = (sums[i] ?? 0) + value(monitor)
  }
}

function family(name: string, help: string, lines: readonly string[]): string {
  return `# HELP ${name} ${help}\n# TYPE ${name} gauge\n${lines.map((line) => `${line}\n`).join('')}`
}

const quoted = (text: string) => text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')
