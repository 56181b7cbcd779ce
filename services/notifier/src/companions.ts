import type { Writer } from '@lifeline/backbone/db/group-commit'
import { claimNotification, holdNotification } from '@lifeline/backbone/db/notifications/change-notification'
import { findCompanions } from '@lifeline/backbone/db/notifications/group'
import type { NotificationRow } from '@lifeline/backbone/db/notifications/notification'
import type { Db } from '@lifeline/backbone/db/schema'

/**
 * Claims what goes in one message with a notification that is claimed already. `early` when it is too early for the notification
 * itself: it waits again.
 */
export async function takeCompanions(
  { db, writer }: { db: Db; writer: Writer },
  row: NotificationRow,
): Promise<readonly NotificationRow[] | 'early'> {
  const machineNow = new Date()
  const { ids, holdUntil } = await findCompanions(db, row, machineNow)
  if (holdUntil !== undefined) {
    await holdNotification(writer, row, holdUntil, machineNow)
    return 'early'
  }
  const claims = await Promise.all(ids.map((id) => writer.submit(claimNotification, { id, machineNow })))
  return claims.flatMap((claim) => (claim.kind === 'claimed' ? [claim.row] : []))
}
