import type { Generated, Kysely, Transaction } from 'kysely'
import { INCIDENT_COLUMNS } from './incidents/columns.ts'
import { LOG_COLUMNS } from './log-columns.ts'
import { MAINTENANCE_COLUMNS } from './maintenance/columns.ts'
import { REPORT_COLUMNS } from './reports/columns.ts'
import { SCHEDULER_COLUMNS } from './schedulers/columns.ts'

/**
 * Every table and column once, with its kind; a `?` marks a column that may be null. A `longtext` has no limit, and can be
 * neither compared nor sorted by. The row types below and the typed values of statements (`dialect/`) both come from here,
 * and a test compares it with the migrated schema.
 */
export const COLUMNS = {
  tasks: {
    id: 'uuid',
    title: 'text',
    description: 'text?',
    status: 'text',
    assignee: 'text',
    created_by: 'text',
    due_at: 'time?',
    remind_before: 'text?',
    external_ref: 'text?',
    version: 'int',
    wake_at: 'time?',
    fired_until: 'time',
    started_at: 'time?',
    completed_at: 'time?',
    deadline_passed_at: 'time?',
    created_at: 'time',
    updated_at: 'time',
    deleted_at: 'time?',
  },
  task_labels: { task_id: 'uuid', label: 'text' },
  task_logs: { task_id: 'uuid', ...LOG_COLUMNS },
  task_deltas: {
    seq: 'identity',
    day: 'time',
    from_status: 'text?',
    from_assignee: 'text?',
    from_due: 'int?',
    from_breached: 'int?',
    from_lead_ms: 'int?',
    to_status: 'text?',
    to_assignee: 'text?',
    to_due: 'int?',
    to_breached: 'int?',
    to_lead_ms: 'int?',
  },
  task_rollups: {
    id: 'text',
    slice: 'text',
    period: 'time',
    name: 'text',
    tasks: 'int',
    completed: 'int',
    overdue: 'int',
    due: 'int',
    breached: 'int',
    lead_ms: 'int',
    leads: 'longtext?',
  },
  outbox: {
    seq: 'identity',
    shard: 'int',
    exchange: 'text',
    routing_key: 'text',
    cc: 'text?',
    message_id: 'text',
    subject: 'text',
    headers: 'longtext',
    body: 'longtext',
    created_at: 'time',
  },
  outbox_shard: { shard: 'int', owner: 'text?', lease_until: 'time?' },
  outbox_dead: {
    seq: 'int',
    exchange: 'text',
    routing_key: 'text',
    message_id: 'text',
    subject: 'text',
    headers: 'longtext',
    body: 'longtext',
    reason: 'text',
    created_at: 'time',
    died_at: 'time',
  },
  deliveries: {
    queue: 'text',
    message_id: 'text',
    position: 'int',
    exchange: 'text',
    routing_key: 'text',
    headers: 'longtext',
    body: 'longtext',
    redeliveries: 'int',
    available_at: 'time',
    claimed_by: 'text?',
    lease_until: 'time?',
  },
  notifications: {
    id: 'uuid',
    event_id: 'text',
    channel: 'text',
    recipient: 'text',
    subject: 'text',
    template: 'text',
    data: 'longtext',
    traceparent: 'text?',
    status: 'text',
    attempts: 'int',
    announcements: 'int',
    version: 'int',
    wake_at: 'time?',
    last_error: 'text?',
    provider_id: 'text?',
    created_at: 'time',
    updated_at: 'time',
    sent_at: 'time?',
    channel_id: 'uuid?',
    group_key: 'text?',
    told_at: 'time?',
    told_slot: 'text?',
  },
  users: {
    id: 'uuid',
    email: 'text?',
    email_key: 'text?',
    name: 'text?',
    role: 'text',
    status: 'text',
    password_hash: 'text?',
    password_at: 'time?',
    founder: 'int?',
    version: 'int',
    created_at: 'time',
    updated_at: 'time',
    deleted_at: 'time?',
  },
  user_logs: { user_id: 'uuid', ...LOG_COLUMNS },
  sessions: {
    id: 'uuid',
    user_id: 'uuid',
    status: 'text',
    generation: 'int',
    rotated_at: 'time',
    expires_at: 'time',
    address: 'text?',
    user_agent: 'text?',
    version: 'int',
    created_at: 'time',
    updated_at: 'time',
  },
  session_logs: { session_id: 'uuid', ...LOG_COLUMNS },
  refresh_tokens: { hash: 'text', session_id: 'uuid', generation: 'int', created_at: 'time' },
  keys: {
    id: 'uuid',
    name: 'text',
    secret_hash: 'text',
    owner_id: 'uuid?',
    scopes: 'text?',
    requests_per_minute: 'int?',
    expires_at: 'time?',
    last_used_at: 'time?',
    status: 'text',
    version: 'int',
    created_by: 'text',
    created_at: 'time',
    updated_at: 'time',
  },
  key_logs: { key_id: 'uuid', ...LOG_COLUMNS },
  signing_keys: { number: 'int', kid: 'text', public_jwk: 'text', private_jwk: 'text', created_at: 'time' },
  idempotency_keys: { id: 'text', request_hash: 'text', status: 'int', answer_headers: 'text', body: 'longtext?', created_at: 'time' },
  rate_counts: { id: 'text', subject: 'text', window_at: 'time', process: 'text', hits: 'int' },
  channels: {
    id: 'uuid',
    name: 'text',
    name_key: 'text?',
    type: 'text',
    settings: 'longtext',
    sealed: 'longtext',
    events: 'text?',
    status: 'text',
    disabled_reason: 'text?',
    version: 'int',
    created_by: 'text',
    created_at: 'time',
    updated_at: 'time',
    deleted_at: 'time?',
  },
  channel_logs: { channel_id: 'uuid', ...LOG_COLUMNS },
  alert_folds: { id: 'uuid', key_hash: 'text', told_at: 'time', left_out: 'int', version: 'int' },
  ...SCHEDULER_COLUMNS,
  ...INCIDENT_COLUMNS,
  ...MAINTENANCE_COLUMNS,
  ...REPORT_COLUMNS,
  migrations: { file: 'text', step: 'int', applied_at: 'time' },
} as const

export type ColumnKind = 'uuid' | 'text' | 'longtext' | 'int' | 'time' | 'identity'

type ValueOf<Kind extends string> = Kind extends `${infer Known}?`
  ? ValueOf<Known> | null
  : Kind extends 'uuid' | 'text' | 'longtext'
    ? string
    : Kind extends 'int'
      ? number
      : Kind extends 'identity'
        ? Generated<number>
        : Kind extends 'time'
          ? Date
          : never

export type TableName = keyof typeof COLUMNS
type TableOf<T extends TableName> = { -readonly [C in keyof (typeof COLUMNS)[T]]: ValueOf<(typeof COLUMNS)[T][C] & string> }
export type Schema = { [T in TableName]: TableOf<T> }

export type Db = Kysely<Schema>
/** A function that takes a Trx must run inside a transaction, because it writes more than one row or relies on a lock. */
export type Trx = Transaction<Schema>

/** Splits `time?` into its kind and whether null is allowed. */
export function columnKind(table: TableName, column: string): { kind: ColumnKind; nullable: boolean } {
  const spec = (COLUMNS[table] as Record<string, string>)[column]
  if (spec === undefined) throw new Error(`Table ${table} has no column ${column}.`)
  return { kind: spec.replace('?', '') as ColumnKind, nullable: spec.endsWith('?') }
}
