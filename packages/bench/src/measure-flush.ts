import { closeSync, fdatasyncSync, openSync, rmSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { median } from './quantile.ts'

const WRITES = 200

/** How long the disk below `folder` takes to flush a write of 8 kB, in microseconds. Some disks only say that they have. */
export function measureFlush(folder: string): number {
  const file = join(folder, 'flush')
  const fd = openSync(file, 'w')
  const page = Buffer.alloc(8_192, 1)
  const times = Array.from({ length: WRITES }, (_, i) => {
    const started = performance.now()
    writeSync(fd, page, 0, page.length, i * page.length)
    fdatasyncSync(fd)
    return (performance.now() - started) * 1_000
  })
  closeSync(fd)
  rmSync(file)
  return Math.round(median(times))
}
