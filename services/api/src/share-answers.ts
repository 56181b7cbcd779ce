import { setImmediate } from 'node:timers/promises'
import type { FastifyRequest } from 'fastify'
import type { App } from './app.ts'
import type { Principal } from './identity/principal.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /**
     * Those who ask the same at the same time get the same answer, made once. For a GET whose handler returns what it
     * answers, and knows of the request no more than its address and its principal.
     */
    shared?: boolean
  }
}

type Bytes = Buffer<ArrayBuffer>

/** Those who ask for one thing at present. */
interface Line {
  /** The answer that is being made. */
  running?: Promise<Bytes>
  /** The one after it, for whoever asks meanwhile: it begins later than they asked, so that it holds all that was true then. */
  next?: Promise<Bytes> | undefined
}

/**
 * Fifty dashboards that show the same list cost one: of each address and principal one answer at a time is made, and whoever
 * asks meanwhile shares the next. Nothing is kept, so nothing is old.
 */
export function shareAnswers(app: App): void {
  // What a principal may see stays the same: a change of what a credential is good for makes another object of it.
  const lines = new WeakMap<Principal, Map<string, Line>>()

  function share({ principal, protocol, host, url }: FastifyRequest, make: () => Promise<Bytes>): Promise<Bytes> {
    const own = lines.get(principal) ?? new Map<string, Line>()
    lines.set(principal, own)
    // The answer may hold addresses of ours, as the client reached us.
    const key = `${protocol}://${host}${url}`
    const line = own.get(key) ?? {}
    own.set(key, line)
    const begin = () => {
      line.next = undefined
      line.running = make().finally(() => {
        if (line.next === undefined) own.delete(key)
      })
      return line.running
    }
    line.next ??= (line.running ?? setImmediate()).then(begin, begin)
    return line.next
  }

  app.addHook('onRoute', (route) => {
    if (route.config?.shared !== true) return
    const { handler } = route
    route.handler = async function (request, reply) {
      const bytes = await share(request, async () => Buffer.from(reply.serialize(await handler.call(this, request, reply)) as string))
      return reply.type('application/json; charset=utf-8').send(bytes)
    }
  })
}
