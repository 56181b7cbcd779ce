import type { Delete, Insert } from '../write.ts'
import type { Life } from './life.ts'
import type { Signal } from './signals.ts'

/** What is kept of a signal beside what it says. */
export interface PingDetails {
  /** The sender's address. */
  source?: string | null
  userAgent?: string | null
  /** Of HTTP. */
  method?: string | null
}

/** Bytes of a body that are kept. */
export const MOST_BODY = 10_000

/** Of each scheduler so many pings are kept: each new one takes the place of one. */
export const KEPT_PINGS = 100

export function pingInsert({ row, ping }: Life, signal: Signal & PingDetails, now: Date): Insert[] {
  if (ping === undefined) return []
  const { body, source, userAgent, method, runId, exitCode } = signal
  const kept = keptBody(body ?? null)
  const said = { run_id: runId ?? null, duration_ms: ping.durationMs, exit_code: exitCode ?? null }
  const sender = { source: source?.slice(0, 50) || null, user_agent: userAgent?.slice(0, 200) || null, method: method ?? null }
  const texts = { body: kept.body, body_cut: kept.isCut ? 1 : 0 }
  return [
    { table: 'scheduler_pings', row: { scheduler_id: row.id, number: row.pings, kind: ping.kind, at: now, ...said, ...texts, ...sender } },
  ]
}

export function pingDelete({ row, ping }: Life): Delete[] {
  if (ping === undefined || row.pings <= KEPT_PINGS) return []
  return [{ table: 'scheduler_pings', key: { scheduler_id: row.id, number: row.pings - KEPT_PINGS } }]
}

/** The beginning of a body that is kept: whole characters only, and none that a database cannot hold. */
export function keptBody(body: string | null): { body: string | null; isCut: boolean } {
  if (body === null || body === '') return { body: null, isCut: false }
  const bytes = Buffer.from(storable(body))
  if (bytes.length <= MOST_BODY) return { body: bytes.toString(), isCut: false }
  let end = MOST_BODY
  while (end > 0 && ((bytes[end] ?? 0) & 0xc0) === 0x80) end--
  return { body: bytes.toString('utf8', 0, end), isCut: true }
}

/** Neither U+0000 nor half a character can be stored. */
export function storable(text: string): string {
  return text.toWellFormed().replaceAll('\0', '\ufffd')
}
