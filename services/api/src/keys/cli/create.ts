import { parseArgs } from 'node:util'
import { commitOne } from '@lifeline/backbone/db/commit'
import { durationMs } from '@lifeline/backbone/db/duration'
import { DomainError } from '@lifeline/backbone/db/errors'
import { addKey } from '@lifeline/backbone/db/keys/add-key'
import { findOwner } from '@lifeline/backbone/db/keys/find-keys'
import { MAX_REQUESTS_PER_MINUTE, toKey } from '@lifeline/backbone/db/keys/key'
import type { Db } from '@lifeline/backbone/db/schema'
import { ALL_PERMISSIONS, type Permission } from '@lifeline/backbone/roles'
import { DURATION, INSTANT, isInstant, isReminder } from '../../formats.ts'
import { isText } from '../../read-json.ts'
import { UsageError } from '../../usage-error.ts'
import type { Command } from './command.ts'

/** The principal of these commands in logs: whoever has the database. */
export const ACTOR = 'system:cli'

const options = {
  name: { type: 'string' },
  owner: { type: 'string' },
  scopes: { type: 'string' },
  expires: { type: 'string' },
  'requests-per-minute': { type: 'string' },
} as const

export const create: Command = {
  usage: 'create --name NAME [--owner E-MAIL] [--scopes task:create,task:read] [--expires P90D|INSTANT] [--requests-per-minute N]',

  read(args) {
    const { values } = parseArgs({ args: [...args], options })
    const name = readName(values.name)
    const scopes = values.scopes === undefined ? null : readScopes(values.scopes)
    const expiresAt = values.expires === undefined ? null : readExpiry(values.expires, new Date())
    const requestsPerMinute = values['requests-per-minute'] === undefined ? null : readRate(values['requests-per-minute'])
    const { owner } = values
    if (owner !== undefined && requestsPerMinute !== null)
      throw new UsageError('--requests-per-minute is for keys of the system, without --owner.')

    return async (db) => {
      const ownerId = owner === undefined ? null : await findOwnerId(db, owner)
      const input = { name, ownerId, scopes, requestsPerMinute, expiresAt, actor: ACTOR, now: new Date() }
      const { key, text } = await commitOne(db, addKey, input)
      const whose = owner === undefined ? 'the system' : owner
      const may = scopes === null ? 'whatever its owner may' : scopes.join(', ')
      const until = expiresAt === null ? '' : ` Until ${expiresAt.toISOString()}.`
      const note = `Key ${key.id} of ${whose}, for ${may}.${until} It is shown this once: keep it.`
      return { out: text, note, json: { ...toKey(key), key: text } }
    }
  },
}

function readName(name: string | undefined): string {
  if (name === undefined || name.trim() === '' || [...name].length > 100 || !isText(name))
    throw new UsageError('--name must be a text of 1 to 100 characters, not only blanks.')
  return name
}

function readScopes(text: string): Permission[] {
  const scopes = text.split(',').map((scope) => scope.trim())
  const unknown = scopes.find((scope) => !(ALL_PERMISSIONS as string[]).includes(scope))
  if (unknown !== undefined)
    throw new UsageError(`--scopes: ${JSON.stringify(unknown)} is no permission. There are ${ALL_PERMISSIONS.join(', ')}.`)
  return scopes as Permission[]
}

function readExpiry(text: string, machineNow: Date): Date {
  const at = isReminder(text) ? new Date(machineNow.getTime() + (durationMs(text) ?? 0)) : isInstant(text) ? new Date(text) : undefined
  if (at === undefined) throw new UsageError(`--expires must be ${DURATION}, or ${INSTANT}.`)
  if (at <= machineNow) throw new UsageError(`--expires must be an instant that has not passed yet, not ${text}.`)
  return at
}

function readRate(text: string): number {
  const rate = /^\d{1,7}$/.test(text) ? Number(text) : 0
  if (rate < 1 || rate > MAX_REQUESTS_PER_MINUTE)
    throw new UsageError(`--requests-per-minute must be a whole number from 1 to ${MAX_REQUESTS_PER_MINUTE}, not ${text}.`)
  return rate
}

async function findOwnerId(db: Db, email: string): Promise<string> {
  const owner = await findOwner(db, 'email_key', email.toLowerCase())
  if (owner === undefined) throw new DomainError('not_found', `There is no user ${email}.`)
  return owner.id
}
