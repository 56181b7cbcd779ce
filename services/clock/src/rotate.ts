import type { Db } from '@lifeline/backbone/db/schema'
import { pruneSigningKeys } from '@lifeline/backbone/db/signing-keys/signing-keys'
import type { Log } from '@lifeline/backbone/process/log'
import type { Secrets } from '@lifeline/backbone/process/secrets'
import { rotateOldSigningKey } from '@lifeline/backbone/signing-keys'

const HOUR_MS = 3_600_000
/** How long a key signs. */
const SIGNS_MS = 30 * 24 * HOUR_MS
/** How long it verifies after that: longer than processes go on signing with it (5 minutes) and a token lives (15). */
const VERIFIES_MS = HOUR_MS

/** A new signing key every thirty days, and old ones out of the ring, in machine time. Any number of clocks may do it at once. */
export async function rotateOnce({ db, secrets, log }: { db: Db; secrets: Secrets; log: Log }, machineNow: Date): Promise<void> {
  const ago = (ms: number) => new Date(machineNow.getTime() - ms)
  if (await rotateOldSigningKey(db, secrets, ago(SIGNS_MS), machineNow)) log.info('access tokens are signed by a new key')
  const gone = await pruneSigningKeys(db, ago(VERIFIES_MS))
  if (gone > 0) log.info({ keys: gone }, 'signing keys were removed that no living token needs')
}
