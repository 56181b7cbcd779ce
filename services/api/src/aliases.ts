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

/** Rewrites a request before it is routed, so that one route serves all its names, and appears once in the docs and the metrics. */
export function realUrl(request: Pick<IncomingMessage, 'url'>): string {
  const url = request.url ?? '/'
  const match = ALIASES.find(([alias]) => url.startsWith(alias) && /^([/?]|$)/.test(url.slice(alias.length)))
  return match === undefined ? url : match[1] + url.slice(match[0].length)
}
