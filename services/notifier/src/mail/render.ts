import type { TaskEventData } from '@lifeline/backbone/db/tasks/events'
import { longTime, relativeTime } from './when.ts'

/** What the coordinator stored with the notification: the event's data and its instant. */
export type MailData = TaskEventData & { at: string }

export interface MailSettings {
  /** Where people reach Lifeline; links start with it. */
  publicUrl: string
  timeZone: string
}

export interface Rendered {
  subject: string
  text: string
  html: string
}

/** A template says what happened; everything else is the same in all mails. */
type Template = (data: MailData) => { subject: string; happened: string }

/** A person by their address; a key or the clock is nobody that a reader knows. */
const nameOf = (principal: string) => (principal.startsWith('mailto:') ? principal.slice('mailto:'.length) : 'The system')

const TEMPLATES: Record<string, Template> = {
  'task.created': ({ after, actor }) => ({
    subject: `New task: ${after.title}`,
    happened: `${nameOf(actor)} gave you a task.`,
  }),
  'task.status.updated': ({ before, after, actor }) => ({
    subject: `${after.status}: ${after.title}`,
    happened: `${nameOf(actor)} moved the task from ${before?.status ?? '?'} to ${after.status}.`,
  }),
  'task.deadline.approaching': ({ after, at }) => ({
    subject: `Due ${relativeTime(new Date(after.dueAt ?? at), new Date(at))}: ${after.title}`,
    happened: `The deadline is ${relativeTime(new Date(after.dueAt ?? at), new Date(at))}, and the task is ${after.status}.`,
  }),
  'task.deadline.passed': ({ after }) => ({
    subject: `Deadline passed: ${after.title}`,
    happened: `The deadline has passed, and the task is still ${after.status}.`,
  }),
}

/** The mail for a notification. Throws when there is no such template. */
export function renderMail(template: string, data: MailData, { publicUrl, timeZone }: MailSettings): Rendered {
  const write = TEMPLATES[template]
  if (write === undefined) throw new Error(`There is no mail template ${template}.`)
  const { subject, happened } = write(data)
  const { after, reason } = data
  const facts: [string, string][] = [
    ['Task', oneLine(after.title)],
    ['Status', after.status],
    ['Assignee', after.assignee],
  ]
  if (after.dueAt !== null) {
    const due = new Date(after.dueAt)
    facts.push(['Deadline', `${longTime(due, timeZone)}, ${relativeTime(due, new Date(data.at))}`])
  }
  if (reason !== undefined) facts.push(['Reason', reason])
  const link = `${publicUrl}/tasks/${after.id}`
  return {
    subject: oneLine(subject),
    text: plainText(happened, facts, after.description, link),
    html: htmlPage(happened, facts, after.description, link),
  }
}

/** A title may hold line breaks; a subject may not, nor may it look like further facts. */
const oneLine = (text: string) => text.replace(/\s+/g, ' ').trim()

function plainText(happened: string, facts: [string, string][], description: string | null, link: string): string {
  const lines = facts.map(([name, value]) => `${`${name}:`.padEnd(10)} ${value}`)
  return [
    happened,
    '',
    ...lines,
    ...(description === null ? [] : ['', description]),
    '',
    link,
    '',
    'Lifeline keeps work on time.',
    '',
  ].join('\n')
}

const ESCAPES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }
export const escapeHtml = (text: string) => text.replace(/[&<>"']/g, (char) => ESCAPES[char] ?? char)

function htmlPage(happened: string, facts: [string, string][], description: string | null, link: string): string {
  const row = ([name, value]: [string, string]) =>
    `<tr><td style="padding:2px 16px 2px 0;color:#666">${name}</td><td style="padding:2px 0">${escapeHtml(value)}</td></tr>`
  return `<!doctype html>
<html lang="en"><body style="font:15px/1.5 system-ui,sans-serif;color:#222">
<p>${escapeHtml(happened)}</p>
<table style="border-collapse:collapse">${facts.map(row).join('')}</table>
${description === null ? '' : `<p style="white-space:pre-wrap">${escapeHtml(description)}</p>`}
<p><a href="${escapeHtml(link)}">Open the task</a></p>
<p style="color:#999;font-size:12px">Lifeline keeps work on time.</p>
</body></html>
`
}
