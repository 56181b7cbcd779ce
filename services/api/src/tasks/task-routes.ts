import type { Writer } from '@lifeline/backbone/db/group-commit'
import type { Db } from '@lifeline/backbone/db/schema'
import type { Clock } from '@lifeline/backbone/process/clock'
import type { Secrets } from '@lifeline/backbone/process/secrets'
import type { App } from '../app.ts'
import { routeChanges } from './change-task.ts'
import { routeCreate } from './create-task.ts'
import { routeLists } from './list-tasks.ts'
import { routeMetrics } from './task-metrics.ts'

export interface TaskRoutes {
  db: Db
  /** Domain time. */
  clock: Clock
  /** What creates and changes tasks. */
  writer: Writer
  secrets: Secrets
}

export function routeTasks(app: App, routes: TaskRoutes): void {
  routeCreate(app, routes)
  routeChanges(app, routes)
  routeLists(app, routes)
  routeMetrics(app, routes)
}
