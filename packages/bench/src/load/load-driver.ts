import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { Scope } from '../scope.ts'
import type { LoadResult, LoadSpec } from './load-spec.ts'

export interface LoadDriver {
  /** One load at a time. Rejects when an answer was not as expected. */
  drive(spec: LoadSpec): Promise<LoadResult>
}

/**
 * A process that sends requests, so that nothing the bench does delays them, and its garbage is not theirs. It shares the
 * cores with the servers, so it must be cheap: see README.md for why it is written here.
 */
export function startLoadDriver(scope: Scope): LoadDriver {
  const script = fileURLToPath(new URL('main.ts', import.meta.url))
  const child = fork(script, { serialization: 'advanced', execArgv: [] })
  scope.after(() => child.kill('SIGKILL'))
  const ended = once(child, 'exit').then(() => {
    throw new Error('The load driver ended.')
  })
  ended.catch(() => {})
  return {
    async drive(spec) {
      const answer = once(child, 'message')
      child.send(spec)
      const [{ result, error }] = (await Promise.race([answer, ended])) as [{ result?: LoadResult; error?: string }]
      if (result === undefined) throw new Error(error)
      return result
    },
  }
}
