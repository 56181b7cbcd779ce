import type { TaskRow } from './task.ts'

/** A person whose own tasks are meant: created by one of the principals, or assigned to the address, if that is verified. */
export interface TaskOwner {
  principals: readonly string[]
  address: string | undefined
}

/** Whether a task is the person's own; without a person, every task will do. */
export function isOwnTask({ created_by, assignee }: Pick<TaskRow, 'created_by' | 'assignee'>, owner: TaskOwner | undefined): boolean {
  return owner === undefined || owner.principals.includes(created_by) || assignee === owner.address
}
