import type { Decided, Work } from '../commit.ts'
import { fragments } from '../dialect/fragments.ts'
import type { Writer } from '../group-commit.ts'
import { outboxInsert } from '../outbox/add-messages.ts'
import type { Db } from '../schema.ts'
import { reading } from '../transaction.ts'
import { changeNotification, updateOf } from './change-notification.ts'
import { findTold, isWaiting, takeTurn } from './group.ts'
import { announcement, type NotificationRow } from './notification.ts'
import { announceAgainAt } from './status.ts'

/**
 * Announces notifications whose time has come: waiting ones, and those whose sender has gone silent. Of a group that waits, one:
 * its sender takes the others along. Answers how many were due. Every clock may do this at once; a row that another one took is
 * skipped.
 */
export async function announceDueNotifications(db: Db, writer: Writer, machineNow: Date, limit: number): Promise<number> {
  const due = (await reading(() =>
    db.selectFrom('notifications').selectAll().where('wake_at', '<=', machineNow).orderBy('wake_at').fetch(limit).execute(),
  )) as NotificationRow[]
  const announce = (row: NotificationRow) => {
    if (isWaiting(row)) return writer.submit(announceWaiting, { row, machineNow })
    const announcements = row.announcements + 1
    const patch = { status: 'Queued' as const, announcements, wake_at: announceAgainAt(announcements, machineNow) }
    return writer.submit(changeNotification, { row, patch, machineNow, tell: (next) => [announcement(next)] })
  }
  await Promise.all(due.map(announce))
  return due.length
}

/** Announces one of a group, or has it wait for the next turn; nothing if it is no more as it was read. */
const announceWaiting: Work<{ row: NotificationRow; machineNow: Date }, undefined> = {
  keys: ({ row }) => [`notification/${row.id}`],

  async decide(db, inputs) {
    const ids = inputs.map(({ row }) => row.id)
    const { anyOf } = fragments(db)
    const [rows, told] = await Promise.all([
      db
        .selectFrom('notifications')
        .select(['id', 'version'])
        .where(anyOf('notifications', 'id', ids))
        .execute(),
      findTold(
        db,
        inputs.flatMap(({ row }) => row.group_key ?? []),
        inputs[0]?.machineNow ?? new Date(),
      ),
    ])
    const versions = new Map(rows.map(({ id, version }) => [id, version]))
    return inputs.map(({ row, machineNow }): Decided<undefined> => {
      if (versions.get(row.id) !== row.version || row.group_key === null) return { output: undefined }
      const turn = takeTurn(row.group_key, told, machineNow)
      const next = { ...row, ...turn, status: 'Queued' as const, version: row.version + 1, updated_at: machineNow }
      const inserts = isWaiting(next) ? [] : [outboxInsert(announcement(next), machineNow)]
      return { output: undefined, write: { update: updateOf(row, next), inserts } }
    })
  },
}
