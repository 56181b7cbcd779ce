import type { ReportEventData } from '@lifeline/backbone/db/reports/events'
import { type MailContent, oneLine } from '../mail/layout.ts'
import type { MailSettings } from '../mail/render.ts'
import { clockTime, spell } from '../mail/when.ts'
import { countsText, stateOf, windowText } from './report-text.ts'

/** More are not told in words. */
const MOST_FACTS = 10

/** How the schedulers of a report stand when its time begins, for those who are sent no table. */
export function describeStart({ after, table }: ReportEventData, _: unknown, words: MailSettings): MailContent {
  const trouble = table?.rows.filter((row) => row.status === 'Down' || row.late) ?? []
  const facts = trouble.slice(0, MOST_FACTS).map((row): [string, string] => {
    return [oneLine(row.name), row.lastError === null ? stateOf(row) : `${stateOf(row)}: ${oneLine(row.lastError)}`]
  })
  const happened = table === undefined ? '' : `${countsText(table.counts)}, as of ${clockTime(new Date(table.asOf), after.timeZone)}.`
  const text = trouble.length > MOST_FACTS ? 'And others.' : null
  return {
    subject: `${oneLine(after.name)}: ${table === undefined ? '' : windowText(table, after)}`,
    happened,
    facts,
    text,
    link: linkTo(after, words),
  }
}

/** What happened in a time of a report. */
export function describeEnd({ after, summary, table }: ReportEventData, _: unknown, words: MailSettings): MailContent {
  const name = oneLine(after.name)
  const link = linkTo(after, words)
  if (summary === undefined) return { subject: name, happened: 'It has ended.', facts: [], link }
  const { allClear, succeeded, failed, timedOut, missed, late, running, longest, failing, down, stillDown } = summary
  const bad = failed + timedOut + missed
  const troubles = Object.entries({ failed, 'timed out': timedOut, missed, 'still Down': down }).filter(([, count]) => count > 0)
  const told = troubles.map(([word, count]) => `${count} ${word}`).join(', ')
  const facts: [string, string][] = [
    ['Window', windowText(summary, after)],
    ['Succeeded', String(succeeded)],
  ]
  if (longest !== null) facts.push(['Longest', `${oneLine(longest.name)}, ${spell(longest.seconds)}`])
  if (failing.length > 0) facts.push(['Failed', namesOf(failing.map(failingText), failing.reduce((sum, one) => sum + badOf(one), 0) < bad)])
  if (down > 0) facts.push(['Down', namesOf(stillDown.map(oneLine), stillDown.length < down)])
  if (late > 0) facts.push(['Late', String(late)])
  if (running > 0) facts.push(['Running', String(running)])
  const stands = table === undefined ? 'It has ended.' : `At its end: ${countsText(table.counts)}.`
  const happened = allClear ? 'No run failed or was missed, and nothing is Down.' : stands
  return { subject: allClear ? `All clear: ${name}` : `${name}: ${told}`, happened, facts, link }
}

interface Failing {
  name: string
  failed: number
  timedOut: number
  missed: number
}

const badOf = ({ failed, timedOut, missed }: Failing) => failed + timedOut + missed

function failingText({ name, failed, timedOut, missed }: Failing): string {
  const parts = Object.entries({ failed, 'timed out': timedOut, missed }).filter(([, count]) => count > 0)
  return `${oneLine(name)} (${parts.map(([word, count]) => `${count} ${word}`).join(', ')})`
}

const namesOf = (names: readonly string[], areMore: boolean) => names.join(', ') + (areMore ? ', …' : '')

function linkTo({ id }: { id: string }, { publicUrl }: MailSettings) {
  return { url: `${publicUrl}/reports/${id}`, label: 'Open the report' }
}
