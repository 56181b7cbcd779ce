import { request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'
import { lookupPublic, PrivateAddressError, refusePrivateHost } from './public-address.ts'
import { DelayedError, RefusedError } from './sender.ts'

export interface Answer {
  status: number
  /** From `Retry-After`; 0 without one. */
  retryAfterMs: number
  /** Its beginning. */
  text: string
}

export interface Posting {
  url: string
  headers?: Readonly<Record<string, string>>
  /** JSON. */
  body: string
}

/**
 * Posts JSON and answers whatever was answered; a redirect is an answer like any other. Throws DelayedError when there is none,
 * RefusedError when the URL leads into a private network. Neither tells the URL, which may be a secret.
 */
export type Post = (posting: Posting) => Promise<Answer>

const TIMEOUT_MS = 15_000
/** No provider has more to say. */
const MOST_TEXT = 64 * 1024
/** Who tells us to wait longer is asked again after it all the same. */
const LONGEST_WAIT_MS = 6 * 3_600_000

export function makePost({ allowPrivate, timeoutMs = TIMEOUT_MS }: { allowPrivate: boolean; timeoutMs?: number }): Post {
  return async ({ url, headers = {}, body }) => {
    const target = new URL(url)
    try {
      if (!allowPrivate) refusePrivateHost(target.hostname)
      return await exchange(target, headers, body)
    } catch (error) {
      if (error instanceof PrivateAddressError) throw new RefusedError(error.message, { disable: true })
      const isLate = (error as Error).name === 'TimeoutError' || (error as Error).name === 'AbortError'
      const why = isLate ? `no answer within ${timeoutMs / 1_000} s` : ((error as NodeJS.ErrnoException).code ?? (error as Error).message)
      throw new DelayedError(`${target.hostname}: ${why}`, { cause: error })
    }
  }

  function exchange(url: URL, headers: Readonly<Record<string, string>>, body: string): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const request = url.protocol === 'https:' ? requestHttps : requestHttp
      const options = {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body), 'user-agent': 'Lifeline', ...headers },
        // A connection of its own each, to the very address that was looked at.
        agent: false,
        ...(allowPrivate ? {} : { lookup: lookupPublic }),
        signal: AbortSignal.timeout(timeoutMs),
      }
      const sending = request(url, options, (response) => {
        const chunks: Buffer[] = []
        let length = 0
        const done = () =>
          resolve({
            status: response.statusCode ?? 0,
            retryAfterMs: retryAfterMs(response.headers['retry-after']),
            text: Buffer.concat(chunks).toString(),
          })
        response.on('data', (chunk: Buffer) => {
          length += chunk.length
          if (length <= MOST_TEXT) chunks.push(chunk)
          else {
            done()
            response.destroy()
          }
        })
        response.on('end', done)
        response.on('error', reject)
      })
      sending.on('error', reject)
      sending.end(body)
    })
  }
}

/** Seconds, or an instant as HTTP writes it (RFC 9110, 10.2.3). */
export function retryAfterMs(header: string | undefined, now = Date.now()): number {
  if (header === undefined) return 0
  const ms = /^\d+$/.test(header.trim()) ? Number(header) * 1_000 : Date.parse(header) - now
  return Number.isFinite(ms) ? Math.min(Math.max(ms, 0), LONGEST_WAIT_MS) : 0
}
