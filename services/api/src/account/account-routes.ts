import type { FastifyReply } from 'fastify'
import type { App } from '../app.ts'
import { RESET_PAGE, SCRIPT, STYLE, VERIFY_PAGE } from './pages.ts'

/** Scripts and styles of our own only, no frame around it; and the token in the address goes to nobody as a referrer. */
const HEADERS = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
}

/** The pages that links in mails lead to. */
export function routeAccount(app: App): void {
  const options = { schema: { hide: true }, config: { public: true } }
  const send = (reply: FastifyReply, type: string, text: string) => reply.headers(HEADERS).type(`${type}; charset=utf-8`).send(text)
  app.get('/account/verify', options, async (_, reply) => send(reply, 'text/html', VERIFY_PAGE))
  app.get('/account/reset', options, async (_, reply) => send(reply, 'text/html', RESET_PAGE))
  app.get('/account/account.css', options, async (_, reply) => send(reply, 'text/css', STYLE))
  app.get('/account/account.js', options, async (_, reply) => send(reply, 'text/javascript', SCRIPT))
}
