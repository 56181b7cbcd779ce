import { argon2, randomBytes, timingSafeEqual } from 'node:crypto'
import { availableParallelism } from 'node:os'
import { promisify } from 'node:util'
import { DomainError } from '@lifeline/backbone/db/errors'

/** argon2id as OWASP asks for it: memory in KiB, passes, lanes. Hashes made otherwise are made anew at the next login. */
const PARAMETERS = { memory: 19_456, passes: 2, parallelism: 1 }
const [SALT_BYTES, HASH_BYTES] = [16, 32]

const derive = promisify(argon2)

/** A PHC string: `$argon2id$v=19$m=19456,t=2,p=1$<salt>$<hash>`. */
export async function hashPassword(password: string): Promise<string> {
  const nonce = randomBytes(SALT_BYTES)
  return phcOf(nonce, await inLine(() => hashOf(password, nonce, PARAMETERS)))
}

/**
 * Whether a password is the one that was hashed. `mayTry` is asked right before the work, after waiting in line, and
 * throws when it may not be done any more.
 */
export function isPassword(password: string, phc: string, mayTry: () => void = () => {}): Promise<boolean> {
  return inLine(async () => {
    mayTry()
    const { nonce, hash, ...parameters } = parsePhc(phc)
    return timingSafeEqual(await hashOf(password, nonce, parameters), hash)
  })
}

export function isOutdated(phc: string): boolean {
  return headOf(PARAMETERS) !== phc.slice(0, phc.lastIndexOf('$', phc.lastIndexOf('$') - 1) + 1)
}

interface Parameters {
  memory: number
  passes: number
  parallelism: number
}

/** The same letters may be typed as different code points (NIST SP 800-63B, 3.1.1.2). */
const hashOf = (password: string, nonce: Buffer, parameters: Parameters) =>
  derive('argon2id', { message: password.normalize('NFKC'), nonce, tagLength: HASH_BYTES, ...parameters })

const base64 = (bytes: Buffer) => bytes.toString('base64').replaceAll('=', '')
const headOf = ({ memory, passes, parallelism }: Parameters) => `$argon2id$v=19$m=${memory},t=${passes},p=${parallelism}$`

function phcOf(nonce: Buffer, hash: Buffer): string {
  return `${headOf(PARAMETERS)}${base64(nonce)}$${base64(hash)}`
}

/** Nobody's password: compared with when there is no such user, so that it takes as long. */
export const NOBODYS_HASH = phcOf(randomBytes(SALT_BYTES), randomBytes(HASH_BYTES))

const PHC = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]{43})$/

function parsePhc(phc: string) {
  const [, memory, passes, parallelism, nonce, hash] = PHC.exec(phc) ?? []
  if (nonce === undefined || hash === undefined) throw new Error('A stored password hash is no PHC string of argon2id.')
  const parameters = { memory: Number(memory), passes: Number(passes), parallelism: Number(parallelism) }
  return { ...parameters, nonce: Buffer.from(nonce, 'base64'), hash: Buffer.from(hash, 'base64') }
}

/** A hash takes a core for 25 ms and 19 MiB. One core is left for everybody else, and nobody waits longer than a few seconds. */
const [AT_ONCE, WAITING] = [Math.max(1, availableParallelism() - 1), 100]
let running = 0
const line: (() => void)[] = []

async function inLine<T>(work: () => Promise<T>): Promise<T> {
  if (running < AT_ONCE) running++
  else if (line.length >= WAITING) throw new DomainError('overloaded', 'More passwords wait to be checked than may.', { retry: true })
  else await new Promise<void>((resolve) => line.push(resolve))
  try {
    return await work()
  } finally {
    const next = line.shift()
    // The place is handed on.
    if (next === undefined) running--
    else next()
  }
}
