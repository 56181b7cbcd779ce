import type { App } from '../app.ts'
import type { Accounts } from './accounts.ts'
import type { KeyRing } from './key-ring.ts'
import { routeLinks } from './links.ts'
import { routeRegister } from './register.ts'
import { routeSessions } from './sessions.ts'

export function routeAuth(app: App, accounts: Accounts, ring: KeyRing): void {
  routeRegister(app, accounts)
  routeSessions(app, accounts)
  routeLinks(app, accounts)
  // For other services that take our access tokens.
  app.get('/.well-known/jwks.json', { schema: { hide: true }, config: { public: true } }, async (_, reply) => {
    return reply.header('cache-control', 'public, max-age=300').send({ keys: await ring.list() })
  })
}
