import type { ReportEventData } from '@lifeline/backbone/db/reports/events'
import type { Report } from '@lifeline/backbone/db/reports/report'
import type { ReportSummary, ReportTable } from '@lifeline/backbone/db/reports/table'

type Row = ReportTable['rows'][number]

/** A scheduler that succeeded an hour after midnight in Jakarta, and is expected the next night. */
export function givenRow(row: Partial<Row> = {}): Row {
  return {
    name: 'backup',
    status: 'Up',
    late: false,
    running: false,
    lastPingAt: '2026-12-03T18:00:00.000Z',
    nextExpectedAt: '2026-12-04T18:00:00.000Z',
    lastDurationSeconds: 184,
    lastError: null,
    ...row,
  }
}

export const SUMMARY: ReportSummary = {
  ...{ startsAt: '2026-12-03T17:00:00.000Z', endsAt: '2026-12-03T23:00:00.000Z', allClear: true },
  ...{ succeeded: 12, failed: 0, timedOut: 0, missed: 0, late: 0, running: 0 },
  longest: { name: 'backup', seconds: 184 },
  ...{ failing: [], down: 0, stillDown: [] },
}

/** What the coordinator stores of an event of a report at half past two at night in Jakarta. */
export function givenReportData(table: Partial<ReportTable> = {}, more: Partial<ReportEventData> & { report?: Partial<Report> } = {}) {
  const { report, ...rest } = more
  const after: Report = {
    ...{ id: '019cb3a0-0000-7000-8000-000000000009', name: 'Nightly', channels: ['ops'], tag: null, cron: '0 0 * * *' },
    ...{ timeZone: 'Asia/Jakarta', durationSeconds: 21_600, refreshSeconds: 300, status: 'Active' },
    ...{ startsAt: '2026-12-03T17:00:00.000Z', endsAt: '2026-12-03T23:00:00.000Z', nextRefreshAt: '2026-12-03T19:35:00.000Z' },
    ...{ startedVersion: 2, version: 3, createdBy: 'key:1', createdAt: '2026-12-01T00:00:00.000Z', updatedAt: '2026-12-03T19:30:00.000Z' },
    ...report,
  }
  const whole: ReportTable = {
    ...{ startsAt: '2026-12-03T17:00:00.000Z', endsAt: '2026-12-03T23:00:00.000Z', asOf: '2026-12-03T19:30:00.000Z' },
    counts: { New: 0, Up: 1, Down: 0, Paused: 0, late: 0, running: 0 },
    rows: [givenRow()],
    ...table,
  }
  return { after, actor: 'system:clock', table: whole, at: whole.asOf, ...rest }
}
