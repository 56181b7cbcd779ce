import { chownSync } from 'node:fs'

/** `nobody` on Linux. PostgreSQL refuses to run as root, and RabbitMQ has no need to. */
const NOBODY = 65_534
const isRoot = process.getuid?.() === 0

/** For `spawn`: the user that servers run as when we are root; ourselves otherwise. */
export const UNPRIVILEGED: { uid?: number; gid?: number } = isRoot ? { uid: NOBODY, gid: NOBODY } : {}

/** Makes a file or folder that we created theirs. */
export function giveAway(path: string): void {
  if (isRoot) chownSync(path, NOBODY, NOBODY)
}
