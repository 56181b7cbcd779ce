import type { RouteOptions } from 'fastify'

type Route = Pick<RouteOptions, 'url' | 'method' | 'config'>

/** The statuses with which a request is refused before its route sees it, for the documentation; the route declares its own. */
export function commonRefusals({ url, method, config }: Route): number[] {
  // A % that starts no byte, and a segment longer than any of ours.
  const ofPath = url.includes(':') ? [400, 414] : []
  // Fastify reads a body wherever there may be one, also where nobody wants it.
  const ofBody = [method].flat().every((one) => one === 'GET' || one === 'HEAD') ? [] : [400, 413, 415]
  // Lifeline-Actor may name no person.
  const ofHeaders = config?.public === true ? [] : [422]
  return [...ofPath, ...ofBody, ...ofHeaders]
}
