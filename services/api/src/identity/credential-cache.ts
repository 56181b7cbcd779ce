import { LRUCache } from 'lru-cache'

/** How long another process may still believe what a credential was good for. */
export const REMEMBERED_MS = 5_000
export const MAX_REMEMBERED = 10_000

export interface CredentialCache<Loaded> {
  /** What the credential is good for, at most a few seconds ago. Those who ask at once share one look. */
  find(name: string): Promise<Loaded>
  /** Everything is looked up anew: for whoever changes users, sessions or keys. */
  forget(): void
}

/** Remembers what credentials lead to, by `key:<id>` and `session:<id>`; also that they lead nowhere. Secrets it does not know. */
export function makeCredentialCache<Loaded extends object>(load: (name: string) => Promise<Loaded>): CredentialCache<Loaded> {
  // A look that began before a change may end after it: under the old number its answer harms nobody.
  let generation = 0
  const cache = new LRUCache<string, Loaded>({
    max: MAX_REMEMBERED,
    ttl: REMEMBERED_MS,
    // Pushed out while it is looked up, it is answered all the same.
    ignoreFetchAbort: true,
    fetchMethod: (key) => load(key.slice(key.indexOf(' ') + 1)),
  })
  return {
    find: (name) => cache.forceFetch(`${generation} ${name}`),
    forget: () => void generation++,
  }
}
