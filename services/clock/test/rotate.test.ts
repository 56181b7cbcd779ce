import { listSigningKeys } from '@lifeline/backbone/db/signing-keys/signing-keys'
import { makeLog } from '@lifeline/backbone/process/log'
import { makeSecrets } from '@lifeline/backbone/process/secrets'
import { rotateSigningKey } from '@lifeline/backbone/signing-keys'
import { freshDatabase } from '@lifeline/testing/databases'
import t from 'tap'
import { rotateOnce } from '../src/rotate.ts'

const START = new Date('2026-06-01T00:00:00.000Z')
const after = (days: number, hours = 0, ms = 0) => new Date(START.getTime() + (days * 24 + hours) * 3_600_000 + ms)

t.test('a key signs for thirty days and verifies for an hour more; clocks at once make one', async (t) => {
  const db = await freshDatabase(t, 'pglite')
  const options = { db, secrets: makeSecrets('a secret of tests, for nothing that lasts'), log: makeLog('test', 'silent') }
  const numbersAt = async (machineNow: Date) => {
    await Promise.all([rotateOnce(options, machineNow), rotateOnce(options, machineNow)])
    return (await listSigningKeys(db)).map(({ number }) => number)
  }
  t.strictSame(await numbersAt(START), [], 'nobody has signed anything yet')
  await rotateSigningKey(db, options.secrets, START)
  t.strictSame(await numbersAt(after(30)), [1])
  t.strictSame(await numbersAt(after(30, 0, 1)), [2, 1])
  t.strictSame(await numbersAt(after(30, 1, 1)), [2, 1])
  t.strictSame(await numbersAt(after(30, 1, 2)), [2])
  t.strictSame(await numbersAt(after(60, 2)), [3, 2])
})
