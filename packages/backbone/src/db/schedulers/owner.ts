import type { SchedulerRow } from './scheduler.ts'

/** The principals whose schedulers are meant; undefined for everybody's. */
export type SchedulerOwner = readonly string[] | undefined

export function isOwnScheduler({ created_by }: Pick<SchedulerRow, 'created_by'>, owner: SchedulerOwner): boolean {
  return owner === undefined || owner.includes(created_by)
}
