import type { IncomingMessage } from 'node:http'

/** Paths that are other names of ours: the brief's own, and one that people guess. */
const ALIASES: readonly (readonly [alias: string, path: string])[] = [
  ['/tasks', '/api/v1/tasks'],
  ['/schedulers', '/api/v1/schedulers'],
  ['/auth/profile', '/api/v1/users/me'],
  ['/api/v1/auth/profile', '/api/v1/users/me'],
  ['/auth', '/api/v1/auth'],
  ['/users', '/api/v1/users'],
  ['/keys', '/api/v1/keys'],
  ['/channels', '/api/v1/channels'],
  ['/roles', '/api/v1/roles'],
  ['/incidents', '/api/v1/incidents'],
  ['/maintenance-windows', '/api/v1/maintenance-windows'],
  ['/reports', '/api/v1/reports'],
  ['/audit', '/api/v1/audit'],
  ['/api/docs', '/docs'],
]

/** Addresses of healthchecks, whose users change the host alone: `/<uuid>`, with what it says behind it. */
const UUID_PATH = /^\/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}(?=[/?]|$)/i

/** Its `/<ping key>/<slug>`: here an API key stands there. No token begins like one, and no path of ours does. */
const KEY_PATH = /^(?:\/ping)?\/(llk_[\w-]+)\/([^/?]+)([^?]*)/

/** Rewrites a request before it is routed, so that one route serves all its names, and appears once in the docs and the metrics. */
export function realUrl(request: Pick<IncomingMessage, 'url' | 'headers'>): string {
  const url = request.url ?? '/'
  if (UUID_PATH.test(url)) return `/ping${url.slice(0, 37).toLowerCase()}${withoutLastSlash(url.slice(37))}`
  const byKey = KEY_PATH.exec(url)
  if (byKey !== null) {
    const [whole, key = '', slug = '', signal = ''] = byKey
    request.headers.authorization = `Bearer ${key}`
    return `/api/v1/schedulers/by-slug/${slug}/ping${withoutLastSlash(signal)}${url.slice(whole.length)}`
  }
  const match = ALIASES.find(([alias]) => url.startsWith(alias) && /^([/?]|$)/.test(url.slice(alias.length)))
  return match === undefined ? url : match[1] + url.slice(match[0].length)
}

const withoutLastSlash = (path: string) => path.replace(/\/(?=\?|$)/, '')
