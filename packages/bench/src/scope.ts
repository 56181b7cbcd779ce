import type { TestScope } from '@lifeline/testing/test-scope'

export interface Scope extends TestScope {
  /** Runs what was registered, the newest first. What is registered later runs at once. */
  close(): Promise<void>
}

/** Collects how to end what was started. One that fails does not keep the others from being ended. */
export function openScope(): Scope {
  const closers: (() => unknown)[] = []
  let closed = false
  return {
    after(close) {
      if (closed) void Promise.try(close).catch(() => {})
      else closers.push(close)
    },
    async close() {
      closed = true
      for (const close of closers.splice(0).reverse()) await Promise.try(close).catch(() => {})
    },
  }
}
