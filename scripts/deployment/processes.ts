import { readFileSync } from 'node:fs'
import type { TObject } from 'typebox'
import { CommandConfig, readConfig } from '../../packages/backbone/src/process/read-config.ts'
import { PROGRAMS } from '../config/programs.ts'

/** What runs in a container, with the variables it reads and the port on which it answers. */
export interface Process {
  name: string
  config: TObject
  port: number
}

/** Workers answer on OPS_PORT, the API on PORT. */
function portOf({ properties: { OPS_PORT, PORT } }: TObject): number {
  return ((OPS_PORT ?? PORT) as { default?: number } | undefined)?.default ?? 0
}

/** All that do not end by themselves, but the one that is for a single machine. */
export const PROCESSES: readonly Process[] = PROGRAMS.filter(({ name, isCommand }) => !isCommand && name !== 'standalone').map(
  ({ name, config }) => ({ name, config, port: portOf(config) }),
)

/** Runs once, from the image of any process. */
export const MIGRATE_CONFIG = CommandConfig

/** After this many seconds a process ends itself the hard way; whoever stops it must wait longer. */
export function hardStopSeconds(): number {
  const source = readFileSync(new URL('../../packages/backbone/src/process/run-process.ts', import.meta.url), 'utf8')
  const [, ms] = /HARD_STOP_MS = ([\d_]+)/.exec(source) ?? []
  if (ms === undefined) throw new Error('run-process.ts has no HARD_STOP_MS any more; the check of grace periods needs it.')
  return Number(ms.replaceAll('_', '')) / 1_000
}

/** What is wrong with the variables given to a process: unknown ones, missing ones, bad values. */
export function environmentProblems(config: TObject, env: Readonly<Record<string, string>>): string[] {
  const unknown = Object.keys(env).filter((name) => !(name.replace(/_FILE$/, '') in config.properties))
  const problems = unknown.map((name) => `sets ${name}, which it does not read.`)
  // A file of the container is not here.
  const here = Object.entries(env).map(([name, value]) =>
    name.endsWith('_FILE') ? [name.slice(0, -5), sampleOf(name.slice(0, -5))] : [name, value],
  )
  try {
    readConfig(config, Object.fromEntries(here))
  } catch (error) {
    problems.push(...(error as Error).message.split('\n'))
  }
  return problems
}

/** Stands for a secret that is not in the repository. */
export function sampleOf(name: string): string {
  const samples: Record<string, string> = {
    DATABASE_URL: 'postgres://user:password@database.example.org/lifeline',
    BROKER_URL: 'amqps://user:password@broker.example.org',
    MAIL_URL: 'smtps://user:password@mail.example.org',
    LIFELINE_API_KEY: 'llk_sample_a-sample-and-no-secret',
    LIFELINE_SECRET: 'a sample of 32 characters, and no secret',
  }
  return samples[name] ?? ''
}
