import type { Writer } from '../group-commit.ts'
import type { Db } from '../schema.ts'
import { reading } from '../transaction.ts'
import { changeNotification } from './change-notification.ts'
import { announcement, type NotificationRow } from './notification.ts'
import { announceAgainAt } from './status.ts'

/**
 * Announces notifications whose time has come: waiting ones, and those whose sender has gone silent. Answers how many were due.
 * Every clock may do this at once; a row that another one took is skipped.
 */
export async function announceDueNotifications(db: Db, writer: Writer, machineNow: Date, limit: number): Promise<number> {
  const due = (await reading(() =>
    db.selectFrom('notifications').selectAll().where('wake_at', '<=', machineNow).orderBy('wake_at').fetch(limit).execute(),
  )) as NotificationRow[]
  const announce = (row: NotificationRow) => {
    const announcements = row.announcements + 1
    const patch = { status: 'Queued' as const, announcements, wake_at: announceAgainAt(announcements, machineNow) }
    return writer.submit(changeNotification, { row, patch, machineNow, tell: (next) => [announcement(next)] })
  }
  await Promise.all(due.map(announce))
  return due.length
}
