import client from '@prometheus-io/client'

/**
 * The registry of this process: everything that counts registers here when it is loaded, and `/metrics` shows it.
 * Names are `<noun>_<verb>_total` and `…_seconds`; labels come from closed sets.
 */
export const registry = client.register

/** Memory, event loop and garbage collection of the process, once. */
export function collectProcessMetrics(): void {
  if (registry.getSingleMetric('process_cpu_user_seconds_total') === undefined) client.collectDefaultMetrics()
}

export function counter<Label extends string>(name: string, help: string, labelNames: readonly Label[] = []) {
  return new client.Counter({ name, help, labelNames: [...labelNames] })
}

export function gauge<Label extends string>(name: string, help: string, labelNames: readonly Label[] = []) {
  return new client.Gauge({ name, help, labelNames: [...labelNames] })
}

export function histogram<Label extends string>(name: string, help: string, labelNames: readonly Label[] = [], buckets = SECONDS) {
  return new client.Histogram({ name, help, labelNames: [...labelNames], buckets: [...buckets] })
}

const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30]
