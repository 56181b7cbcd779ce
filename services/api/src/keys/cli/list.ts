import { parseArgs } from 'node:util'
import { listKeys } from '@lifeline/backbone/db/keys/find-keys'
import { type Key, type KeyRow, toKey } from '@lifeline/backbone/db/keys/key'
import type { Db } from '@lifeline/backbone/db/schema'
import { textTable } from '../../text-table.ts'
import type { Command } from './command.ts'

export const list: Command = {
  usage: 'list',

  read(args) {
    parseArgs({ args: [...args], options: {} })
    return async (db) => {
      const keys = (await listAll(db)).map(toKey)
      return keys.length === 0 ? { out: '', note: 'There are no keys.', json: keys } : { out: table(keys), json: keys }
    }
  },
}

const PAGE = 200

async function listAll(db: Db): Promise<KeyRow[]> {
  const all: KeyRow[] = []
  for (;;) {
    const last = all.at(-1)
    const page = await listKeys(db, {}, { limit: PAGE, ...(last === undefined ? {} : { afterId: last.id }) })
    all.push(...page)
    if (page.length < PAGE) return all
  }
}

const COLUMNS = ['id', 'name', 'owner', 'scopes', 'status', 'expires', 'last used']

function table(keys: readonly Key[]): string {
  const rows = keys.map((key) => [
    key.id,
    key.name,
    key.ownerId ?? 'the system',
    key.scopes?.join(',') ?? 'all',
    key.status,
    key.expiresAt ?? 'never',
    key.lastUsedAt ?? 'never',
  ])
  return textTable([COLUMNS, ...rows])
}
