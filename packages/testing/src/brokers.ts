import { closeSync, mkdirSync, openSync } from 'node:fs'
import { join } from 'node:path'
import { testEnvironment } from './test-environment.ts'
import type { TestScope } from './test-scope.ts'

/**
 * The URL of an empty virtual host on the run's broker. The runner made them beforehand, because making one takes half
 * a second; nobody else in this run gets the same. What the test leaves there goes with the broker.
 */
export async function freshVhost(_t: TestScope): Promise<string> {
  const names = testEnvironment('TEST_BROKER_VHOSTS').split(',')
  const name = names.find(claim)
  if (name === undefined) throw new Error(`All ${names.length} virtual hosts of this run are taken: raise VHOSTS in test-backends.ts.`)
  return vhostUrl(testEnvironment('TEST_BROKER_URL'), name)
}

export function vhostUrl(broker: string, name: string): string {
  const url = new URL(broker)
  url.pathname = `/${encodeURIComponent(name)}`
  return url.href
}

/** True for the one process, of all that try, that may have it. */
function claim(name: string): boolean {
  const claims = join(testEnvironment('TEST_RUN_FOLDER'), 'vhosts')
  mkdirSync(claims, { recursive: true })
  try {
    closeSync(openSync(join(claims, name), 'wx'))
    return true
  } catch {
    return false
  }
}
