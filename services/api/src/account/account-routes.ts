import type { FastifyReply } from 'fastify'
import type { App } from '../app.ts'
import { RESET_PAGE, SCRIPT, STYLE, VERIFY_PAGE } from './pages.ts'

/** The pages that links in mails lead to. What no browser may do with them is in security-headers.ts. */
export function routeAccount(app: App): void {
  const options = { schema: { hide: true }, config: { public: true } }
  const send = (reply: FastifyReply, type: string, text: string) => reply.type(`${type}; charset=utf-8`).send(text)
  app.get('/account/verify', options, async (_, reply) => send(reply, 'text/html', VERIFY_PAGE))
  app.get('/account/reset', options, async (_, reply) => send(reply, 'text/html', RESET_PAGE))
  app.get('/account/account.css', options, async (_, reply) => send(reply, 'text/css', STYLE))
  app.get('/account/account.js', options, async (_, reply) => send(reply, 'text/javascript', SCRIPT))
}
