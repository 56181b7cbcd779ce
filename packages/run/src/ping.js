// @ts-check
import { request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'
import { setTimeout as sleep } from 'node:timers/promises'

const TIMEOUT_MS = 10_000
/** How long it waits before each further try. */
const BACKOFF_MS = [1_000, 2_000, 4_000]

/**
 * @typedef {object} Ping
 * @property {URL} url the ping address of a scheduler
 * @property {string} what start, fail, or an exit code
 * @property {string} runId
 * @property {string} userAgent
 * @property {Buffer} [body]
 * @property {AbortSignal} [overtaken] aborted when there is no use in trying again
 */

/**
 * Tells Lifeline, and tries again where that may help. Answers why it could not be told, or undefined; never throws. The reason
 * does not hold the address.
 *
 * @param {Ping} ping
 * @returns {Promise<string | undefined>}
 */
export async function ping(ping) {
  for (let retry = 0; ; retry++) {
    const { why, isFinal, waitMs } = await send(ping)
    const backoffMs = BACKOFF_MS[retry]
    if (why === undefined || isFinal || backoffMs === undefined || ping.overtaken?.aborted) return why
    await sleep(Math.max(backoffMs, waitMs), undefined, ping.overtaken && { signal: ping.overtaken }).catch(() => {})
    if (ping.overtaken?.aborted) return why
  }
}

/** @typedef {{ why?: string, isFinal?: boolean, waitMs: number }} Answer */

/**
 * @param {Ping} ping
 * @returns {Promise<Answer>}
 */
function send({ url, what, runId, userAgent, body = Buffer.alloc(0) }) {
  const address = new URL(url)
  address.pathname = `${address.pathname.replace(/\/+$/, '')}/${what}`
  address.searchParams.set('rid', runId)
  // Not fetch, which is experimental in Node 18 and says so on stderr.
  const request = address.protocol === 'https:' ? requestHttps : requestHttp
  const signal = AbortSignal.timeout(TIMEOUT_MS)
  const headers = { 'content-type': 'text/plain; charset=utf-8', 'content-length': body.length, 'user-agent': userAgent }
  return new Promise((resolve) => {
    /** @param {Error} error */
    const failed = (error) => {
      const why = signal.aborted ? `no answer within ${TIMEOUT_MS / 1_000} s` : reasonOf(error)
      resolve({ why, waitMs: 0 })
    }
    const sent = request(address, { method: 'POST', headers, signal, agent: false }, (response) => {
      response.on('error', failed)
      response.on('end', () => resolve(judge(response.statusCode ?? 0, response.headers['retry-after'])))
      response.resume()
    })
    sent.on('error', failed)
    sent.end(body)
  })
}

/**
 * @param {number} status
 * @param {string | undefined} retryAfter
 * @returns {Answer}
 */
function judge(status, retryAfter) {
  if (status >= 200 && status < 300) return { waitMs: 0 }
  const why = status === 404 ? 'it knows no scheduler with this address (404)' : `it answered ${status}`
  const mayPass = status >= 500 || status === 429 || status === 408
  const seconds = Number(retryAfter)
  return { why, isFinal: !mayPass, waitMs: seconds > 0 ? Math.min(seconds * 1_000, TIMEOUT_MS) : 0 }
}

/**
 * Node tries each address of a name, and puts what failed into a list.
 *
 * @param {Error & { errors?: Error[], code?: string }} error
 */
function reasonOf(error) {
  return error.errors?.[0]?.message || error.message || error.code || 'no connection'
}
