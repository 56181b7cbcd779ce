import cors from '@fastify/cors'
import type { App } from './app.ts'

/** What pages of other origins may read and send beyond what every page may. */
const EXPOSED = [
  'ETag',
  'Location',
  'RateLimit-Limit',
  'RateLimit-Remaining',
  'RateLimit-Reset',
  'Retry-After',
  'X-Request-Id',
  'Idempotency-Replayed',
]
const ALLOWED = [
  'Authorization',
  'Content-Type',
  'Idempotency-Key',
  'If-Match',
  'If-None-Match',
  'Lifeline-Actor',
  'X-Request-Id',
  'traceparent',
]

/**
 * Lets pages of these origins call the API. Without any, there is no CORS at all. To be added before `authenticate`: a browser
 * asks in advance (OPTIONS) without a key.
 */
export async function allowOrigins(app: App, origins: readonly string[]): Promise<void> {
  if (origins.length === 0) return
  await app.register(cors, {
    origin: [...origins],
    methods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'],
    exposedHeaders: EXPOSED,
    allowedHeaders: ALLOWED,
    // Chromium keeps the answer for two hours at most.
    maxAge: 7_200,
    // An OPTIONS that is no question of a browser is answered like one, and not with a text of the plugin's.
    strictPreflight: false,
  })
}
