import { parseArgs } from 'node:util'
import { commitOne } from '@lifeline/backbone/db/commit'
import { NotFoundError } from '@lifeline/backbone/db/errors'
import { toKey } from '@lifeline/backbone/db/keys/key'
import { keyIdOf } from '@lifeline/backbone/db/keys/key-text'
import { revokeKey } from '@lifeline/backbone/db/keys/revoke-key'
import { isUuid } from '../../formats.ts'
import { UsageError } from '../../usage-error.ts'
import type { Command } from './command.ts'
import { ACTOR } from './create.ts'

export const revoke: Command = {
  usage: 'revoke ID',

  read(args) {
    const { positionals } = parseArgs({ args: [...args], options: {}, allowPositionals: true })
    const [text = ''] = positionals
    // Also as it stands inside a key.
    const id = isUuid(text) ? text.toLowerCase() : keyIdOf(text.toLowerCase())
    if (id === undefined || positionals.length !== 1) throw new UsageError('Name one key by its id: list shows them.')
    return async (db) => {
      const key = await commitOne(db, revokeKey, { id, actor: ACTOR, now: new Date() })
      if (key === undefined) throw new NotFoundError(`key ${id}`)
      return { out: '', note: `Key ${id} (${key.name}) is revoked; processes that run know it within 5 seconds.`, json: toKey(key) }
    }
  },
}
