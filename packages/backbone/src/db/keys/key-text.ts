import { hash, randomBytes } from 'node:crypto'

/** What a client sends: `llk_<id as 32 hex digits>_<32 random bytes as base64url>`. It is known to nobody but its holder. */
export function newKeyText(id: string): string {
  return `llk_${id.replaceAll('-', '')}_${randomBytes(32).toString('base64url')}`
}

/** What is stored of it. Enough for a random secret: there is nothing to guess, so nothing has to be slow. */
export function keyHash(text: string): string {
  return hash('sha256', text, 'hex')
}

const ID = /^([0-9a-f]{8})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{12})$/

/** The id of a row from the one in a key; undefined when no stored key has such an id. */
export function keyIdOf(hex: string): string | undefined {
  return ID.exec(hex)?.slice(1).join('-')
}
