import { LOG_COLUMNS } from '../log-columns.ts'

/** As in `schema.ts`, which has them all. */
export const MAINTENANCE_COLUMNS = {
  maintenance_windows: {
    id: 'uuid',
    name: 'text',
    scheduler_id: 'uuid?',
    tag: 'text?',
    cron: 'text?',
    time_zone: 'text?',
    duration_seconds: 'int?',
    starts_at: 'time',
    ends_at: 'time',
    status: 'text',
    version: 'int',
    wake_at: 'time?',
    created_by: 'text',
    created_at: 'time',
    updated_at: 'time',
    deleted_at: 'time?',
  },
  maintenance_window_logs: { window_id: 'uuid', ...LOG_COLUMNS },
} as const
