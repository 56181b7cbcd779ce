// Brings node_modules in line with pnpm-lock.yaml, and does nothing when it is. The scripts that a newcomer may call
// first run it before themselves (prestart, pretest, …). Plain JavaScript without a dependency: it must run on
// whichever Node calls npm, with nothing installed.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const BIN = join(ROOT, 'node_modules', '.bin')
const STAMP = join(ROOT, 'node_modules', '.lifeline-installed')
const LOCK = join(tmpdir(), `lifeline-install-${hash(ROOT).slice(0, 12)}.lock`)
/** What decides whether an installation is current; .taprc names the plugins that `tap build` builds in. */
const INPUTS = ['pnpm-lock.yaml', 'pnpm-workspace.yaml', '.taprc']

function hash(...texts) {
  return createHash('sha256').update(texts.join('\0')).digest('hex')
}

/** Also changes when somebody called pnpm by hand, which takes away what `tap build` has built. */
function state() {
  const modules = statSync(join(ROOT, 'node_modules', '.modules.yaml'), { throwIfNoEntry: false })
  return hash(...INPUTS.map((file) => readFileSync(join(ROOT, file), 'utf8')), String(modules?.mtimeMs))
}

function isCurrent() {
  return existsSync(STAMP) && readFileSync(STAMP, 'utf8') === state()
}

/** Answers false while another living process has the lock. */
function takeLock() {
  try {
    writeFileSync(LOCK, String(process.pid), { flag: 'wx' })
    return true
  } catch (error) {
    if (error.code !== 'EEXIST') throw error
  }
  if (!holderIsGone()) return false
  // Only one of several that see a dead holder can move the file away.
  const mine = `${LOCK}.${process.pid}`
  try {
    renameSync(LOCK, mine)
    rmSync(mine)
  } catch {
    // Another was quicker.
  }
  return false
}

function holderIsGone() {
  try {
    const pid = Number(readFileSync(LOCK, 'utf8'))
    if (pid === 0) return Date.now() - statSync(LOCK).mtimeMs > 5_000
    process.kill(pid, 0)
    return false
  } catch (error) {
    return error.code === 'ESRCH'
  }
}

function run(what, command, args) {
  const env = { ...process.env, PATH: `${BIN}${delimiter}${process.env.PATH}`, npm_config_loglevel: 'error' }
  // On Windows npx and tap are .cmd files, which only a shell starts.
  const { status, error } = spawnSync(command, args, { cwd: ROOT, env, stdio: 'inherit', shell: process.platform === 'win32' })
  if (status !== 0) throw new Error(`${what} failed (${error?.message ?? `exit code ${status}`}).`)
}

function install() {
  console.log('Installing what package.json names (only when it has changed) …')
  const pnpm = ['--yes', 'pnpm@12.x', 'install', '--frozen-lockfile', '--reporter=append-only', '--loglevel=error']
  run('Installing with pnpm, which needs npm and its registry,', 'npx', pnpm)
  try {
    run('Building tap, the test runner,', 'tap', ['build'])
  } catch {
    // A build that was interrupted leaves tap unable to start, even to build itself again.
    rmSync(join(ROOT, 'node_modules'), { recursive: true, force: true })
    run('Installing with pnpm, which needs npm and its registry,', 'npx', pnpm)
    run('Building tap, the test runner,', 'tap', ['build'])
  }
  writeFileSync(STAMP, state())
}

try {
  let waiting = false
  while (!isCurrent()) {
    if (takeLock()) {
      try {
        if (!isCurrent()) install()
      } finally {
        rmSync(LOCK, { force: true })
      }
      break
    }
    if (!waiting) console.log('Waiting for another installation in this folder …')
    waiting = true
    await sleep(200)
  }
} catch (error) {
  console.error(error.message)
  process.exitCode = 1
}
