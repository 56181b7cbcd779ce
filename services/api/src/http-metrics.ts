import { collectProcessMetrics, registry } from '@lifeline/backbone/process/metrics'
import metricsPlugin from 'fastify-metrics'
import type { App } from './app.ts'

const NAME = 'http_request_duration_seconds'

/** `/metrics`: this process's counters and how long each route takes, by template. Whatever has no route shares one label. */
export async function addMetrics(app: App): Promise<void> {
  collectProcessMetrics()
  // Several apps in one process share the registry; the newest one's requests are shown.
  registry.removeSingleMetric(NAME)
  await app.register(metricsPlugin.default, {
    endpoint: { url: '/metrics', method: 'GET', schema: { hide: true }, config: { public: true }, handler: () => {} },
    defaultMetrics: { enabled: false },
    routeMetrics: {
      // A summary costs more and cannot be added up over replicas.
      enabled: { histogram: true, summary: false },
      registeredRoutesOnly: false,
      invalidRouteGroup: 'unmatched',
      overrides: {
        histogram: { name: NAME, buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10] },
        summary: { registers: [] },
      },
    },
  })
}
