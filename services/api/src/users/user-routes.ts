import type { App } from '../app.ts'
import type { Accounts } from '../auth/accounts.ts'
import { routeAdmin } from './admin.ts'
import { routeMe } from './me.ts'

export function routeUsers(app: App, accounts: Accounts): void {
  routeMe(app, accounts)
  routeAdmin(app, accounts)
}
