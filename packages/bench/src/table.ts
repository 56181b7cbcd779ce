import type { Result } from './figure.ts'
import { shortNumber } from './run-figure.ts'

const HEAD = ['figure', 'ours', 'peer', 'ratio', 'goal', ''] as const

/** The results as aligned text, for a terminal. */
export function textTable(results: readonly Result[]): string {
  const rows = [[...HEAD], ...results.map(cells)]
  const widths = HEAD.map((_, column) => Math.max(...rows.map((row) => (row[column] ?? '').length)))
  const lines = rows.map((row) =>
    row
      .map((cell, column) => (column > 0 && column < 4 ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0)))
      .join('  ')
      .trimEnd(),
  )
  return [...lines, ...notes(results)].join('\n')
}

/** The same to be pasted into README.md. */
export function markdownTable(results: readonly Result[]): string {
  const line = (row: readonly string[]) => `| ${row.join(' | ')} |`
  return [line(HEAD), '| --- | ---: | ---: | ---: | --- | --- |', ...results.map((result) => line(cells(result)))].join('\n')
}

function cells({ figure, name, unit, ours, peer, ratio, goal, met, note }: Result): string[] {
  const value = (of: number | null) => (of === null ? '' : `${shortNumber(of)} ${unit}`)
  const verdict = met === null ? (note !== undefined ? 'not measured' : '') : met ? 'met' : 'missed'
  return [`${figure}: ${name}`, value(ours), value(peer), ratio === null ? '' : ratio.toFixed(2), goal ?? '', verdict]
}

/** Why values are missing, each reason once. */
function notes(results: readonly Result[]): string[] {
  const reasons = new Set(results.flatMap(({ figure, note }) => (note === undefined ? [] : [`${figure}: ${note}`])))
  return reasons.size === 0 ? [] : ['', ...reasons]
}
