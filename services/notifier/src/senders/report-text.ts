import type { ReportEventData } from '@lifeline/backbone/db/reports/events'
import type { Report } from '@lifeline/backbone/db/reports/report'
import type { ReportTable } from '@lifeline/backbone/db/reports/table'
import { escapeSlack } from '../alerts/deliver-alert.ts'
import { oneLine } from '../mail/layout.ts'
import { clockTime, shortDate, shortSpell, shortTime } from '../mail/when.ts'
import { MOST_TEXT } from './slack-api.ts'

export type TableRow = ReportTable['rows'][number]
type Counts = ReportTable['counts']

/** For the line after the table. */
const SPARE = 120
const MOST_NAME = 30
const MOST_ERROR = 40
const HEAD = ['STATUS', 'SCHEDULER', 'LAST', 'NEXT', 'TOOK', 'ERROR']

/** The table of a report as a message of Slack: a heading, a block of columns, and how many are not in it. */
export function tableText({ after, table }: ReportEventData): string {
  if (table === undefined) return escapeSlack(after.name)
  const now = new Date(table.asOf)
  const asOf = `as of ${clockTime(now, after.timeZone)}`
  const heading = `*${escapeSlack(oneLine(after.name))}*, ${windowText(table, after)}, ${asOf}\n${countsText(table.counts)}`
  const lines = columns([HEAD, ...table.rows.map((row) => cellsOf(row, after.timeZone, now))])
  const block: string[] = []
  let rest = MOST_TEXT - SPARE - heading.length
  for (const line of lines) {
    rest -= line.length + 1
    if (rest < 0) break
    block.push(line)
  }
  if (table.rows.length === 0) return heading
  const more = moreText(table, block.length - 1)
  return `${heading}\n\`\`\`\n${block.join('\n')}\n\`\`\`${more && `\n${more}`}`
}

/** `4 Dec 00:00–06:00 (Asia/Jakarta)` */
export function windowText({ startsAt, endsAt }: Pick<ReportTable, 'startsAt' | 'endsAt'>, { timeZone }: Pick<Report, 'timeZone'>): string {
  const [start, end] = [new Date(startsAt), new Date(endsAt)]
  return `${shortDate(start, timeZone)} ${clockTime(start, timeZone)}–${clockTime(end, timeZone)} (${timeZone})`
}

/** `12 schedulers: 1 Down, 2 late, 9 Up`: trouble first, what there is none of left out. Those that are late are New or Up as well. */
export function countsText({ New, Up, Down, Paused, late, running }: Counts): string {
  const total = New + Up + Down + Paused
  const parts = countsOf({ Down, late, running, Up, New, Paused })
  return `${total} scheduler${total === 1 ? '' : 's'}${parts && `: ${parts}`}`
}

const countsOf = (counts: Record<string, number>) =>
  Object.entries(counts)
    .filter(([, count]) => count > 0)
    .map(([word, count]) => `${count} ${word}`)
    .join(', ')

/** In one word. */
export function stateOf({ status, late, running }: TableRow): string {
  if (status === 'Down') return status
  return late ? 'late' : running ? 'running' : status
}

function cellsOf(row: TableRow, timeZone: string, now: Date): string[] {
  const time = (instant: string | null) => (instant === null ? '–' : shortTime(new Date(instant), timeZone, now))
  const took = row.lastDurationSeconds === null ? '–' : shortSpell(row.lastDurationSeconds)
  const error = row.lastError === null ? '' : cut(row.lastError, MOST_ERROR)
  return [stateOf(row), cut(row.name, MOST_NAME), time(row.lastPingAt), time(row.nextExpectedAt), took, error]
}

/** On one line, and without what would end the block. */
function cut(text: string, most: number): string {
  const characters = [...oneLine(text).replaceAll('`', "'")]
  return characters.length <= most ? characters.join('') : `${characters.slice(0, most - 1).join('')}…`
}

const widthOf = (text: string) => [...text].length

/** Lines of equal columns. Escaped after they were measured: what is shown is what counts. */
function columns(rows: readonly (readonly string[])[]): string[] {
  const widths = HEAD.map((_, i) => Math.max(...rows.map((row) => widthOf(row[i] ?? ''))))
  return rows.map((row) =>
    escapeSlack(
      row
        .map((cell, i) => cell + ' '.repeat((widths[i] ?? 0) - widthOf(cell)))
        .join('  ')
        .trimEnd(),
    ),
  )
}

/** Those that are not among the first `shown` rows, by what they are. */
function moreText({ counts, rows }: ReportTable, shown: number): string {
  const hidden = { Down: counts.Down, Up: counts.Up, New: counts.New, Paused: counts.Paused }
  for (const { status } of rows.slice(0, shown)) hidden[status]--
  const total = hidden.Down + hidden.Up + hidden.New + hidden.Paused
  if (total === 0) return ''
  return total === hidden.Up ? `and ${total} more that are Up` : `and ${total} more: ${countsOf(hidden)}`
}
