import { nullable } from '@lifeline/backbone/db/nullable'
import { isLate, type ShownRow } from '@lifeline/backbone/db/schedulers/scheduler'
import Type, { type Static } from 'typebox'

/** A scheduler as healthchecks' API, version 3, shows a check. */
export const CheckSchema = Type.Object({
  name: Type.String(),
  slug: nullable(Type.String()),
  tags: Type.String({ description: 'Separated by blanks.' }),
  grace: Type.Integer(),
  n_pings: Type.Integer(),
  status: Type.Enum(['new', 'up', 'grace', 'down', 'paused']),
  started: Type.Boolean(),
  last_ping: nullable(Type.String()),
  next_ping: nullable(Type.String()),
  manual_resume: Type.Boolean({ description: 'It is paused, whatever it reports.' }),
  last_duration: Type.Optional(Type.Integer()),
  uuid: Type.String(),
  ping_url: Type.Optional(Type.String({ description: 'For those who may ping it.' })),
  update_url: Type.String(),
  pause_url: Type.String(),
  resume_url: Type.String(),
  channels: Type.String({ description: 'Names, separated by commas.' }),
  timeout: Type.Optional(Type.Integer()),
  schedule: Type.Optional(Type.String()),
  tz: Type.Optional(Type.String()),
})
type Check = Static<typeof CheckSchema>

const STATUS_OF = { New: 'new', Up: 'up', Down: 'down', Paused: 'paused' } as const

/** `mayPing` says whether its address may be shown. */
export function toCheck(
  row: ShownRow,
  channels: readonly string[],
  { origin, mayPing, now }: { origin: string; mayPing: boolean; now: Date },
): Check {
  const url = `${origin}/api/v3/checks/${row.id}`
  const iso = (at: Date | null) => at?.toISOString().replace(/\.\d+Z$/, '+00:00') ?? null
  return {
    name: row.name,
    slug: row.slug,
    tags: row.tags.join(' '),
    grace: row.grace_seconds,
    n_pings: row.pings,
    status: isLate(row, now) ? 'grace' : STATUS_OF[row.status],
    started: row.open_runs !== null,
    last_ping: iso(row.last_ping_at),
    next_ping: iso(row.expected_at),
    manual_resume: row.sticky_pause === 1,
    ...(row.last_duration_ms === null ? {} : { last_duration: Math.round(row.last_duration_ms / 1_000) }),
    uuid: row.id,
    ...(mayPing ? { ping_url: `${origin}/ping/${row.ping_token}` } : {}),
    update_url: url,
    pause_url: `${url}/pause`,
    resume_url: `${url}/resume`,
    channels: channels.join(','),
    ...(row.cron === null ? { timeout: row.period_seconds ?? 0 } : { schedule: row.cron, tz: row.time_zone }),
  }
}
