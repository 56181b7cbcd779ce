import type { TraceLine } from './read-trace.ts'
import type { Tally } from './replay.ts'

/** The result of a replay, for people. */
export function report(file: string, lines: readonly TraceLine[], tally: Tally, ms: number): string {
  const counts = (record: Record<string, number>) =>
    Object.entries(record)
      .map(([name, count]) => `${count} ${name}`)
      .join(', ') || 'none'
  const rows = [
    ['trace', `${file}, ${lines.length} lines from ${lines[0]?.at ?? '-'} to ${lines.at(-1)?.at ?? '-'}`],
    ['created', tally.created],
    ['moved', tally.moved],
    ['no-ops', `${tally.noOps} (moves to the status the task had)`],
    ['refused', `${tally.refused} (moves that are not allowed)`],
    ['activities', `${tally.activities} (only counted)`],
    ['deadlines passed', tally.deadlinesPassed],
    ['tasks now', counts(tally.statuses)],
    ['mails sent', counts(tally.mails)],
    ['took', `${(ms / 1_000).toFixed(1)} s`],
  ]
  return `\n${rows.map(([name, value]) => `  ${String(name).padEnd(18)}${value}`).join('\n')}\n\n`
}
