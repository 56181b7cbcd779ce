import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from 'node:crypto'
import Type from 'typebox'

/** The variable that all secrets at rest hang on; the same in every process of an installation. */
export const SecretConfig = {
  LIFELINE_SECRET: Type.String({
    minLength: 32,
    description: 'A random text, the same in every process: it seals secrets in the database and signs links in mails.',
  }),
}

/** What a process does with LIFELINE_SECRET. Keys are derived from it, one a purpose, so that none can be used for another's work. */
export interface Secrets {
  /** Seals a text for storage (AES-256-GCM, random nonce): `v1.<base64url>`. `purpose` is needed again to open it. */
  seal(purpose: string, text: string): string
  /** Throws when it was sealed with another secret, for another purpose, or changed. */
  open(purpose: string, sealed: string): string
  /** A keyed hash (HMAC-SHA-256, base64url): the same for the same text, and made by nobody else. */
  mac(purpose: string, text: string): string
}

const VERSION = 'v1.'
const [NONCE_BYTES, TAG_BYTES] = [12, 16]

export function makeSecrets(secret: string): Secrets {
  const derived = new Map<string, Buffer>()
  const keyFor = (purpose: string) => {
    const key = derived.get(purpose) ?? Buffer.from(hkdfSync('sha256', secret, '', `lifeline ${purpose}`, 32))
    derived.set(purpose, key)
    return key
  }
  return {
    seal(purpose, text) {
      const nonce = randomBytes(NONCE_BYTES)
      const cipher = createCipheriv('aes-256-gcm', keyFor(`seal ${purpose}`), nonce)
      const sealed = Buffer.concat([nonce, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()])
      return VERSION + sealed.toString('base64url')
    },
    open(purpose, sealed) {
      if (!sealed.startsWith(VERSION)) throw new Error('This was not sealed by Lifeline.')
      const bytes = Buffer.from(sealed.slice(VERSION.length), 'base64url')
      const decipher = createDecipheriv('aes-256-gcm', keyFor(`seal ${purpose}`), bytes.subarray(0, NONCE_BYTES))
      decipher.setAuthTag(bytes.subarray(-TAG_BYTES))
      return decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES), undefined, 'utf8') + decipher.final('utf8')
    },
    mac(purpose, text) {
      return createHmac('sha256', keyFor(`mac ${purpose}`))
        .update(text)
        .digest('base64url')
    },
  }
}
