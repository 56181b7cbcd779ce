import { lockFile } from '../../src/db/dialect/folder-lock.ts'

// A process for folder-lock.test.ts: takes the lock named in LOCK, and keeps it.
const file = process.env.LOCK ?? ''
try {
  await lockFile(file, { waitMs: Number(process.env.WAIT_MS ?? 0), lost: () => process.exit(7) })
  console.log(JSON.stringify({ msg: 'ready' }))
  setInterval(() => {}, 1_000)
} catch (error) {
  console.log(JSON.stringify({ msg: (error as Error).message }))
  process.exitCode = 3
}
