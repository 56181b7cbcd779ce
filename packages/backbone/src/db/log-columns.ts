/** What every log has, beside the id of what it is about. */
export const LOG_COLUMNS = {
  version: 'int',
  action: 'text',
  from_status: 'text?',
  to_status: 'text',
  actor: 'text',
  reason: 'text?',
  changes: 'longtext?',
  at: 'time',
} as const
