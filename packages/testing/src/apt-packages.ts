import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, existsSync, renameSync, rmSync, writeFileSync } from 'node:fs'

/** What Debian's packages ask before they start a daemon; 101 means no. */
const POLICY = '/usr/sbin/policy-rc.d'
const SAVED = `${POLICY}.before-lifeline`

/** One at a time: two apt-gets would find each other's lock. */
let last: Promise<unknown> = Promise.resolve()

/** In CI, as root on Debian or Ubuntu: installs packages without starting their daemons. Answers whether it could. */
export async function installPackages(...names: string[]): Promise<boolean> {
  const may = process.env.CI === 'true' && process.getuid?.() === 0 && existsSync('/etc/debian_version')
  if (!may) return false
  const turn = last.catch(() => {}).then(() => install(names))
  last = turn
  await turn
  return true
}

async function install(names: string[]): Promise<void> {
  console.log(`Installing ${names.join(', ')} (CI=true) …`)
  if (existsSync(POLICY)) renameSync(POLICY, SAVED)
  writeFileSync(POLICY, '#!/bin/sh\nexit 101\n')
  chmodSync(POLICY, 0o755)
  try {
    await aptGet('update')
    await aptGet('install', '--yes', '--no-install-recommends', ...names)
  } finally {
    rmSync(POLICY, { force: true })
    if (existsSync(SAVED)) renameSync(SAVED, POLICY)
  }
}

async function aptGet(...args: string[]): Promise<void> {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  const child = spawn('apt-get', ['-qq', ...args], { env, stdio: ['ignore', 'ignore', 'inherit'] })
  const [code] = await once(child, 'exit')
  if (code !== 0) throw new Error(`apt-get ${args.join(' ')} failed (${code}).`)
}
