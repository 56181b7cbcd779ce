import { fragments } from '../dialect/fragments.ts'
import type { Db } from '../schema.ts'
import { reading } from '../transaction.ts'
import { taskSubject } from './events.ts'
import { hasEnded, TASK_STATUSES, type TaskStatus } from './status.ts'
import type { TaskRow } from './task.ts'

/** How one task has fared so far. All durations are seconds of domain time. */
export interface TaskMetrics {
  id: string
  status: TaskStatus
  assignee: string
  /** Since its creation. */
  ageSeconds: number
  /** In each status; the present one counts until now. */
  secondsIn: Record<TaskStatus, number>
  moves: number
  /** Moves out of Completed or Cancelled. */
  reopened: number
  /** From completion to the deadline, from now while it is not complete; negative is late. Null without a deadline, or when cancelled. */
  deadlineMarginSeconds: number | null
  mails: { sent: number; failed: number }
}

/** The metrics of these tasks, in their order. */
export function listTaskMetrics(db: Db, tasks: readonly TaskRow[], now: Date): Promise<TaskMetrics[]> {
  return reading(async () => {
    if (tasks.length === 0) return []
    const stays = Map.groupBy(await readStays(db, tasks, now), (stay) => stay.task_id)
    const mails = Map.groupBy(await countMails(db, tasks), (mail) => mail.subject)
    return tasks.map((task) => toMetrics(task, stays.get(task.id) ?? [], mails.get(taskSubject(task)) ?? [], now))
  })
}

type Stay = Awaited<ReturnType<typeof readStays>>[number]
type Mails = Awaited<ReturnType<typeof countMails>>[number]

function toMetrics(task: TaskRow, stays: readonly Stay[], mails: readonly Mails[], now: Date): TaskMetrics {
  const seconds = new Map(stays.map((stay) => [stay.to_status, stay.seconds]))
  const mailsIn = (status: string) => mails.find((mail) => mail.status === status)?.mails ?? 0
  return {
    id: task.id,
    status: task.status,
    assignee: task.assignee,
    ageSeconds: secondsFrom(task.created_at, now),
    secondsIn: Object.fromEntries(TASK_STATUSES.map((status) => [status, seconds.get(status) ?? 0])) as Record<TaskStatus, number>,
    moves: stays.reduce((sum, stay) => sum + stay.moves, 0),
    reopened: stays.reduce((sum, stay) => sum + stay.reopened, 0),
    deadlineMarginSeconds: task.due_at === null || task.status === 'Cancelled' ? null : secondsFrom(task.completed_at ?? now, task.due_at),
    mails: { sent: mailsIn('Sent'), failed: mailsIn('Failed') },
  }
}

const secondsFrom = (from: Date, to: Date) => (to.getTime() - from.getTime()) / 1000

/** Per task and status: how long it stayed, and how often it moved there. Every log row names a status, which lasts until the next row. */
function readStays(db: Db, tasks: readonly TaskRow[], now: Date) {
  const ids = tasks.map((task) => task.id)
  const { secondsBetween } = fragments(db)
  return db
    .with('stays', (cte) =>
      cte
        .selectFrom('task_logs')
        .select((eb) => [
          'task_id',
          'action',
          'from_status',
          'to_status',
          'at',
          eb.fn
            .agg<Date | null>('lead', ['at'])
            .over((over) => over.partitionBy('task_id').orderBy('version'))
            .as('left_at'),
        ])
        .where('task_id', 'in', ids),
    )
    .selectFrom('stays')
    .select((eb) => {
      const moved = eb('action', '=', 'moved')
      const count = (condition: typeof moved) => eb.fn.sum<number>(eb.case().when(condition).then(1).else(0).end())
      return [
        'task_id',
        'to_status',
        eb.fn.sum<number>(secondsBetween(eb.ref('at'), eb.fn.coalesce('left_at', eb.val(now)))).as('seconds'),
        count(moved).as('moves'),
        count(eb.and([moved, eb('from_status', 'in', TASK_STATUSES.filter(hasEnded))])).as('reopened'),
      ]
    })
    .groupBy(['task_id', 'to_status'])
    .execute()
}

function countMails(db: Db, tasks: readonly TaskRow[]) {
  return db
    .selectFrom('notifications')
    .select(['subject', 'status', (eb) => eb.fn.countAll<number>().as('mails')])
    .where('subject', 'in', tasks.map(taskSubject))
    .where('channel', '=', 'email')
    .groupBy(['subject', 'status'])
    .execute()
}
