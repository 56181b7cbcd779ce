import { randomBytes, randomUUID } from 'node:crypto'
import type { Work } from '../commit.ts'
import { fragments } from '../dialect/fragments.ts'
import { NotUniqueError } from '../errors.ts'
import type { Writer } from '../group-commit.ts'
import { newId } from '../new-id.ts'
import type { Db } from '../schema.ts'
import { changeOf, nameKey, type SchedulerOutcome, schedulerKey, tagInserts } from './change-scheduler.ts'
import { columnsOf, pause, type SchedulerEdit } from './edits.ts'
import { findIdByName, findSchedulers } from './find-schedulers.ts'
import { type Life, settled } from './life.ts'
import { isOwnScheduler, type SchedulerOwner } from './owner.ts'
import { recordOf } from './record.ts'
import { defaultGraceSeconds, nextExpected } from './schedule.ts'
import type { SchedulerRow } from './scheduler.ts'
import { nextWake } from './wake.ts'

/** What a job says of itself when it registers; what is absent has its default, or stays as it is. */
export interface Registration extends SchedulerEdit {
  name: string
  /** The principal that registers it. */
  actor: string
  /** Whose a new one is; the actor's unless given. */
  createdBy?: string | undefined
  /** Whose it may edit. The name of somebody else's is taken. */
  owner?: SchedulerOwner
  /**
   * The address that it brings along: a new one keeps it, and one of this name with another address is another scheduler,
   * whose name is taken.
   */
  pingToken?: string | undefined
  /** A new one begins as paused: until it reports, or until somebody resumes it. */
  paused?: { sticky: boolean } | undefined
  /** Domain time. */
  now: Date
  traceparent?: string | undefined
}

export type RegistrationOutcome =
  | { kind: 'registered'; scheduler: SchedulerRow }
  | Extract<SchedulerOutcome, { kind: 'changed' | 'unchanged' | 'refused' }>

/**
 * Registers a scheduler, or edits the one of that name. A new one needs `periodSeconds` or `cron`; without, an Error, so
 * whoever asks has checked it. Refuses with NotUniqueError (`schedulers_name_key`) the name of one that is not the owner's.
 */
export async function registerScheduler(db: Db, writer: Writer, registration: Registration): Promise<RegistrationOutcome> {
  // Its id is known before, so that it keeps its place among the signals of the one that is there.
  const id = await findIdByName(db, registration.name)
  return await writer.submit(upsertScheduler, { ...registration, id })
}

export const upsertScheduler: Work<Registration & { id?: string | undefined }, RegistrationOutcome> = {
  keys: ({ id, name, pingToken }) => [
    ...(id === undefined ? [] : [schedulerKey(id)]),
    nameKey(name),
    `scheduler_slug/${baseSlug(name)}`,
    ...(pingToken === undefined ? [] : [`scheduler_token/${pingToken}`]),
  ],

  async decide(db, registrations) {
    const [{ names, bases }, tokens] = await Promise.all([
      findTaken(
        db,
        registrations.map(({ name }) => name),
      ),
      takenTokens(
        db,
        registrations.flatMap(({ pingToken }) => pingToken ?? []),
      ),
    ])
    // Seldom: most names are like no other.
    const crowded = registrations.filter(({ name }) => !names.has(name)).map(({ name }) => baseSlug(name))
    const [known, others] = await Promise.all([
      findSchedulers(db, [...names.values()]),
      findSlugs(db, crowded.filter((base) => bases.has(base)).flatMap(candidates)),
    ])
    const rows = new Map(known.map((row) => [row.id, row]))
    const slugs = bases.union(others)
    return registrations.map((registration) => {
      const { id: _, createdBy: __, owner, pingToken, paused, actor, now, traceparent, ...edit } = registration
      const { name } = edit
      const before = rows.get(names.get(name) ?? '')
      if (before !== undefined) {
        const isAnother = pingToken !== undefined && pingToken !== before.ping_token
        if (isAnother || !isOwnScheduler(before, owner)) return { error: new NotUniqueError('schedulers_name_key', undefined) }
        return changeOf(before, { id: before.id, command: { do: 'edit', edit }, actor, now, traceparent }) as {
          output: RegistrationOutcome
        }
      }
      if (pingToken !== undefined && tokens.has(pingToken)) return { error: new NotUniqueError('schedulers_ping_token_key', undefined) }
      const registered = newScheduler(registration, freeSlug(baseSlug(name), slugs))
      const born: Life = { row: registered, changes: [], runs: [] }
      const { row, changes } = paused === undefined ? born : settled(registered, pause(born, { until: null, ...paused }, now))
      const { tags, ...columns } = row
      const record = [
        ...recordOf({ before: null, after: registered, story: { action: 'registered', at: now } }, { actor, traceparent }),
        ...changes.flatMap((change) => recordOf(change, { actor, traceparent })),
      ]
      const inserts = [{ table: 'schedulers' as const, row: columns }, ...tagInserts(row.id, tags), ...record]
      return { output: { kind: 'registered', scheduler: row }, write: { inserts } }
    })
  },
}

/** While it is Down people are reminded every hour, unless it says otherwise. */
const REMIND_EVERY_SECONDS = 3_600

/** The row of a scheduler that has just been registered. */
export function newScheduler(registration: Registration, slug: string): SchedulerRow {
  const { name, actor, now } = registration
  const columns = columnsOf(registration)
  const schedule = {
    period_seconds: columns.period_seconds ?? null,
    cron: columns.cron ?? null,
    time_zone: columns.time_zone ?? 'UTC',
  }
  const row: SchedulerRow = {
    id: newId(now),
    name,
    name_key: name,
    slug,
    ping_token: registration.pingToken ?? newToken(),
    ...schedule,
    grace_seconds: columns.grace_seconds ?? defaultGraceSeconds(schedule),
    start_grace_seconds: columns.start_grace_seconds ?? null,
    max_runtime_seconds: columns.max_runtime_seconds ?? null,
    failure_tolerance: columns.failure_tolerance ?? 1,
    recovery_threshold: columns.recovery_threshold ?? 1,
    warn_when_late: columns.warn_when_late ?? 1,
    sticky_pause: 0,
    paused_until: null,
    channels: columns.channels ?? null,
    depends_on: columns.depends_on ?? null,
    status: 'New',
    last_ping_at: null,
    last_success_at: null,
    last_duration_ms: null,
    last_error: null,
    // One that never reports is missed as well.
    expected_at: nextExpected(schedule, now),
    down_since: null,
    late_told_at: null,
    consecutive_failures: 0,
    consecutive_successes: 0,
    open_runs: null,
    flips: null,
    pings: 0,
    runs: 0,
    version: 1,
    revision: 1,
    wake_at: null,
    created_by: registration.createdBy ?? actor,
    created_at: now,
    updated_at: now,
    deleted_at: null,
    remind_every_seconds: columns.remind_every_seconds === undefined ? REMIND_EVERY_SECONDS : columns.remind_every_seconds,
    escalate_after_seconds: columns.escalate_after_seconds ?? null,
    escalate_channels: columns.escalate_channels ?? null,
    content_rules: columns.content_rules ?? null,
    min_runtime_seconds: columns.min_runtime_seconds ?? null,
    max_runs_per_period: columns.max_runs_per_period ?? null,
    anomaly_is_failure: columns.anomaly_is_failure ?? 0,
    counted_runs: null,
    tags: columns.tags ?? [],
  }
  return { ...row, wake_at: nextWake(row) }
}

/** 122 bits by chance. What begins like a key is none: the two stand at one place in addresses. */
function newToken(): string {
  // Node makes these in advance, many at a time: random bytes for each would be a twentieth of a registration.
  const token = Buffer.from(randomUUID().replaceAll('-', ''), 'hex').toString('base64url')
  return token.startsWith('llk_') ? newToken() : token
}

/** Also those of deleted ones, which never change hands. */
async function takenTokens(db: Db, wanted: readonly string[]): Promise<Set<string>> {
  if (wanted.length === 0) return new Set()
  const isWanted = fragments(db).anyOf('schedulers', 'ping_token', wanted)
  const rows = await db.selectFrom('schedulers').select('ping_token').where(isWanted).execute()
  return new Set(rows.map(({ ping_token }) => ping_token))
}

/** A name as it can stand in an address. */
export function baseSlug(name: string): string {
  const plain = name.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase()
  const slug = plain.replace(/[^a-z0-9]+/g, '-').slice(0, 100)
  return slug.replace(/^-+|-+$/g, '') || 'scheduler'
}

/** So many of the same name are told apart by a number; after that by chance. */
const NUMBERED = 30

const candidates = (base: string) => [base, ...Array.from({ length: NUMBERED }, (_, i) => `${base}-${i + 2}`)]

/** Which of these names and their slugs are taken, in one round trip; a name with the id of the one that has it. */
async function findTaken(db: Db, wanted: readonly string[]) {
  const { anyOf } = fragments(db)
  const columns = db.selectFrom('schedulers').select(['id', 'name_key', 'slug'])
  const bySlug = columns.where(anyOf('schedulers', 'slug', wanted.map(baseSlug)))
  const rows = await columns
    .where(anyOf('schedulers', 'name_key', wanted))
    .unionAll(bySlug)
    .execute()
  return {
    names: new Map(rows.map(({ name_key, id }) => [name_key ?? '', id])),
    bases: new Set(rows.map(({ slug }) => slug ?? '')),
  }
}

/** Of these slugs the ones that are taken. */
async function findSlugs(db: Db, slugs: readonly string[]): Promise<Set<string>> {
  if (slugs.length === 0) return new Set()
  const isWanted = fragments(db).anyOf('schedulers', 'slug', slugs)
  const rows = await db.selectFrom('schedulers').select('slug').where(isWanted).execute()
  return new Set(rows.map(({ slug }) => slug ?? ''))
}

function freeSlug(base: string, taken: ReadonlySet<string>): string {
  if (!taken.has(base)) return base
  return candidates(base).find((slug) => !taken.has(slug)) ?? `${base}-${randomBytes(4).toString('hex')}`
}
