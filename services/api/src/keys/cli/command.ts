import type { Db } from '@lifeline/backbone/db/schema'
import { UsageError } from '../../usage-error.ts'
import { create } from './create.ts'
import { list } from './list.ts'
import { revoke } from './revoke.ts'

/** What a command has to say. `out` is for pipes, `note` for the person before the screen; with --json it is `json` alone. */
export interface Said {
  out: string
  note?: string
  json: unknown
}

/** Something that can be done, and how it is called. It does nothing before its arguments are known to be right. */
export interface Command {
  usage: string
  read(args: readonly string[]): (db: Db) => Promise<Said>
}

/** A new one is a file and a line. */
const COMMANDS: Record<string, Command> = { create, list, revoke }

const USAGE = `Use: npm run keys -- COMMAND [--json]\n${Object.values(COMMANDS)
  .map(({ usage }) => `  ${usage}`)
  .join('\n')}`

/** What the arguments ask for. Throws UsageError, with how it is called. */
export function readCommand([name = '', ...args]: readonly string[]): (db: Db) => Promise<Said> {
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined
  if (command === undefined) throw new UsageError(name === '' ? USAGE : `There is no command ${name}.\n${USAGE}`)
  try {
    return command.read(args)
  } catch (error) {
    // parseArgs says in a sentence what it does not know.
    if (error instanceof UsageError || (error instanceof TypeError && 'code' in error))
      throw new UsageError(`${(error as Error).message}\nUse: ${command.usage}`)
    throw error
  }
}
