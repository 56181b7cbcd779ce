import type { Writer } from '@lifeline/backbone/db/group-commit'
import type { Db } from '@lifeline/backbone/db/schema'
import type { Clock } from '@lifeline/backbone/process/clock'
import type { Secrets } from '@lifeline/backbone/process/secrets'
import type { App } from '../app.ts'
import { routeChangeChannel } from './change-channel.ts'
import { routeCreateChannel } from './create-channel.ts'
import { routeReadChannels } from './read-channels.ts'
import { routeSent } from './sent.ts'

export interface ChannelRoutes {
  db: Db
  /** Domain time. */
  clock: Clock
  writer: Writer
  secrets: Secrets
}

/** Where events go beside the mails. */
export function routeChannels(app: App, routes: ChannelRoutes): void {
  routeReadChannels(app, routes)
  routeCreateChannel(app, routes)
  routeChangeChannel(app, routes)
  routeSent(app, routes)
}
