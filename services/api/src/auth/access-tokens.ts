import { errors, jwtVerify, SignJWT } from 'jose'
import { isUuid } from '../formats.ts'
import { RequestError } from '../problem.ts'
import type { KeyRing } from './key-ring.ts'

export const LIFETIME_SECONDS = 15 * 60
/** Clocks of replicas differ by as much. */
const TOLERANCE_SECONDS = 5
const [ALGORITHM, PARTY] = ['EdDSA', 'lifeline']

/** Who an access token was given to. */
export interface Bearer {
  userId: string
  sessionId: string
}

export interface AccessTokens {
  /** A JWT for a quarter of an hour, from `machineNow` on. */
  issue(bearer: Bearer, machineNow: Date): Promise<string>
  /** Throws RequestError (`unauthorized`) unless the token is ours, whole and alive. It says nothing of whether the session is. */
  verify(token: string): Promise<Bearer>
}

export function makeAccessTokens(ring: KeyRing): AccessTokens {
  return {
    async issue({ userId, sessionId }, machineNow) {
      const { kid, key } = await ring.signer()
      const seconds = Math.floor(machineNow.getTime() / 1_000)
      return await new SignJWT({ sid: sessionId })
        .setProtectedHeader({ alg: ALGORITHM, kid, typ: 'JWT' })
        .setSubject(userId)
        .setIssuer(PARTY)
        .setAudience(PARTY)
        .setIssuedAt(seconds)
        .setExpirationTime(seconds + LIFETIME_SECONDS)
        .sign(key)
    },

    async verify(token) {
      try {
        const { payload } = await jwtVerify(token, ({ kid }) => findKey(ring, kid), {
          // Whatever the token says: only this.
          algorithms: [ALGORITHM],
          issuer: PARTY,
          audience: PARTY,
          requiredClaims: ['sub', 'sid', 'exp'],
          // Refuses one from the future too.
          maxTokenAge: LIFETIME_SECONDS,
          clockTolerance: TOLERANCE_SECONDS,
        })
        const { sub, sid } = payload
        if (typeof sub === 'string' && typeof sid === 'string' && isUuid(sub) && isUuid(sid)) return { userId: sub, sessionId: sid }
        throw new errors.JWTInvalid()
      } catch (error) {
        if (error instanceof errors.JWTExpired)
          throw new RequestError('unauthorized', 'The access token has expired; POST /auth/refresh answers a new one.')
        if (error instanceof errors.JOSEError) throw new RequestError('unauthorized', 'This is no access token of ours.')
        throw error
      }
    },
  }
}

async function findKey(ring: KeyRing, kid: unknown) {
  const key = typeof kid === 'string' ? await ring.verifier(kid) : undefined
  if (key === undefined) throw new errors.JWKSNoMatchingKey()
  return key
}
