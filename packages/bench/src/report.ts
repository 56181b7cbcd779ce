import { writeFileSync } from 'node:fs'
import { cpus, loadavg, platform, release, totalmem } from 'node:os'
import type { Result } from './figure.ts'

/** Where and how it was measured: a figure without this says nothing. */
export interface Surroundings {
  date: string
  node: string
  system: string
  processor: string
  cores: number
  /** Processes that wanted a core in the minute before; more than none takes from what is measured. */
  loadBefore: number
  memoryMiB: number
  postgres: string
  /** Microseconds that a flushed write of 8 kB takes, the median of many: what every commit waits for. */
  flushMicroseconds: number
}

export function describeMachine(): Omit<Surroundings, 'postgres' | 'flushMicroseconds'> {
  const cores = cpus()
  return {
    date: new Date().toISOString(),
    node: process.version,
    system: `${platform()} ${release()}`,
    processor: cores[0]?.model ?? 'unknown',
    cores: cores.length,
    loadBefore: Number((loadavg()[0] ?? 0).toFixed(2)),
    memoryMiB: Math.round(totalmem() / 1024 ** 2),
  }
}

export function writeReport(file: string, surroundings: Surroundings, figures: readonly Result[]): void {
  writeFileSync(file, `${JSON.stringify({ ...surroundings, figures }, null, 2)}\n`)
}
