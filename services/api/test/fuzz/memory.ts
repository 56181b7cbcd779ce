/** What answers have shown, for requests that come later. */
export interface Memory {
  /** Keeps ids, cursors, tokens and tags of an answer. */
  keep(answer: unknown, etag: string | undefined): void
  /** Puts what is kept in the place of `«id:7»`. */
  fill(text: string): string
}

/** Enough to choose from; the oldest go first, as what is deleted does no more. */
const MOST = 200

/** What stands where nothing has been seen yet. */
const NOTHING: Readonly<Record<string, string>> = { id: '019c0000-0000-7000-8000-000000000000', cursor: 'W10', etag: '"1"' }

/** `token` is one that is good from the beginning. */
export function makeMemory(token: string): Memory {
  const kept: Record<string, string[]> = { id: [], cursor: [], token: [token], etag: [], slug: [] }
  const add = (what: string, text: string) => {
    kept[what]?.push(text)
    if ((kept[what]?.length ?? 0) > MOST) kept[what]?.shift()
  }
  function look(name: string, value: unknown): void {
    if (typeof value === 'string') {
      if (/cursor$/i.test(name)) add('cursor', value)
      // The token is in the address.
      else if (/^(ping|badge)Url$/.test(name)) add('token', /\/(?:ping|badges)\/([^/.]+)/.exec(value)?.[1] ?? '')
      else if (name === 'slug') add('slug', value)
      else if (/token$/i.test(name) || value.startsWith('llk_')) add('token', value)
      else if (/(^|[a-z])id$/i.test(name) && name !== 'request_id') add('id', value)
    } else if (Array.isArray(value)) for (const item of value.slice(0, 20)) look(name, item)
    else if (typeof value === 'object' && value !== null) for (const [member, item] of Object.entries(value)) look(member, item)
  }
  return {
    keep(answer, etag) {
      look('', answer)
      if (etag !== undefined) add('etag', etag)
    },
    fill: (text) =>
      text.replace(/«(id|cursor|token|etag|slug):(\d+)»/g, (_, what: string, n: string) => {
        const all = kept[what] ?? []
        return all[Number(n) % Math.max(all.length, 1)] ?? NOTHING[what] ?? ''
      }),
  }
}
