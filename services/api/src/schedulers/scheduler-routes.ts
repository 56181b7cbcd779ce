import type { Writer } from '@lifeline/backbone/db/group-commit'
import type { Db } from '@lifeline/backbone/db/schema'
import type { Clock } from '@lifeline/backbone/process/clock'
import type { Secrets } from '@lifeline/backbone/process/secrets'
import type { App } from '../app.ts'
import type { TakeSignal } from '../pings/take-signal.ts'
import { routeSchedulerChanges } from './change-scheduler.ts'
import { routeSchedulerHistory } from './list-history.ts'
import { routeSchedulerLists } from './list-schedulers.ts'
import { routePreview } from './preview.ts'
import { routeRegister } from './register.ts'
import { routeReports } from './report.ts'
import { routeStatistics } from './statistics.ts'

export interface SchedulerRoutes {
  db: Db
  /** Domain time. */
  clock: Clock
  writer: Writer
  secrets: Secrets
  /** Where the world reaches this API, if it was configured. */
  publicUrl: string | undefined
  takeSignal: TakeSignal
}

export function routeSchedulers(app: App, routes: SchedulerRoutes): void {
  routeRegister(app, routes)
  routeSchedulerLists(app, routes)
  routeSchedulerChanges(app, routes)
  routeReports(app, routes)
  routeSchedulerHistory(app, routes)
  routePreview(app, routes)
  routeStatistics(app, routes)
}
