import { LOG_COLUMNS } from '../log-columns.ts'

/** As in `schema.ts`, which has them all. */
export const REPORT_COLUMNS = {
  reports: {
    id: 'uuid',
    name: 'text',
    name_key: 'text?',
    channels: 'text?',
    tag: 'text?',
    cron: 'text',
    time_zone: 'text',
    duration_seconds: 'int',
    refresh_seconds: 'int',
    status: 'text',
    starts_at: 'time',
    ends_at: 'time',
    next_refresh_at: 'time?',
    started_version: 'int?',
    version: 'int',
    wake_at: 'time?',
    created_by: 'text',
    created_at: 'time',
    updated_at: 'time',
    deleted_at: 'time?',
  },
  report_logs: { report_id: 'uuid', ...LOG_COLUMNS },
} as const
