/** The life of a report: it waits for its time, and is Active until that ends. */
export const REPORT_MOVES = {
  Waiting: ['Active'],
  Active: ['Waiting'],
} as const satisfies Record<string, readonly string[]>

export type ReportStatus = keyof typeof REPORT_MOVES
export const REPORT_STATUSES = Object.keys(REPORT_MOVES) as ReportStatus[]
