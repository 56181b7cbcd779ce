import { readFileSync } from 'node:fs'
import type { FastifyReply } from 'fastify'
import type { App } from '../app.ts'
import { CLIENTS_PAGE } from './page.ts'

const read = (name: string) => readFileSync(new URL(`browser/${name}`, import.meta.url), 'utf8')

/** The page with lines to copy. What no browser may do with it is in security-headers.ts. */
export function routeClients(app: App): void {
  const [style, script] = [read('clients.css'), read('clients.js')]
  const options = { schema: { hide: true }, config: { public: true } }
  const send = (reply: FastifyReply, type: string, text: string) => reply.type(`${type}; charset=utf-8`).send(text)
  app.get('/clients', options, async (_, reply) => send(reply, 'text/html', CLIENTS_PAGE))
  app.get('/clients/clients.css', options, async (_, reply) => send(reply, 'text/css', style))
  app.get('/clients/clients.js', options, async (_, reply) => send(reply, 'text/javascript', script))
}
