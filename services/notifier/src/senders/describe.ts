import type { AlertData } from '@lifeline/backbone/db/outbox/alert'
import { type MailContent, oneLine } from '../mail/layout.ts'
import type { MailSettings } from '../mail/render.ts'
import { nameOf, type TaskMailData, taskFacts } from '../mail/templates/task-mails.ts'
import { SCHEDULER_DESCRIPTIONS } from './describe-schedulers.ts'
import { describeEnd, describeStart } from './report-words.ts'

interface Told {
  template: string
  subject: string
}

// biome-ignore lint/suspicious/noExplicitAny: each gets the data of the event of its own name.
type Describe = (data: any, told: Told, words: MailSettings) => MailContent

/** Events in words for anybody, by type. What is not here has words as well: see `anything`. */
const DESCRIPTIONS: Record<string, Describe> = {
  'task.created': taskOf('New task', ({ actor, after }) => `${nameOf(actor)} gave a task to ${after.assignee}.`),
  'task.updated': taskOf('Task edited', ({ actor }) => `${nameOf(actor)} edited the task.`),
  'task.deleted': taskOf('Task deleted', ({ actor }) => `${nameOf(actor)} deleted the task.`),
  'task.status.updated': taskOf(
    ({ after }) => after.status,
    ({ actor, before, after }) => `${nameOf(actor)} moved the task from ${before?.status ?? '?'} to ${after.status}.`,
  ),
  'task.deadline.approaching': taskOf('Deadline approaching', ({ after }) => `The deadline is near, and the task is ${after.status}.`),
  'task.deadline.passed': taskOf('Deadline passed', ({ after }) => `The deadline has passed, and the task is still ${after.status}.`),
  ...SCHEDULER_DESCRIPTIONS,
  'report.started': describeStart,
  'report.ended': describeEnd,
  'alert.operations': ({ severity, summary, detail, leftOut }: AlertData & { leftOut?: number }) => ({
    subject: `${severity === 'error' ? 'Error' : 'Warning'}: ${oneLine(summary)}`,
    happened:
      leftOut === undefined ? 'Lifeline needs somebody to look at it.' : `${leftOut} more alerts like this one were left out before it.`,
    facts: Object.entries(detail),
  }),
  'channel.test': ({ name, actor }: { name: string; actor: string }) => ({
    subject: `A test of the channel ${name}`,
    happened: `${nameOf(actor)} asked for it. The channel works.`,
    facts: [],
  }),
}

/** What a notification says to people that it was not written for: to a channel of chat, to those on duty, to a list of addresses. */
export function describe(told: Told, data: unknown, words: MailSettings): MailContent {
  return (DESCRIPTIONS[told.template] ?? anything)(data, told, words)
}

type Word = string | ((data: TaskMailData) => string)

function taskOf(what: Word, happened: (data: TaskMailData) => string): Describe {
  return (data: TaskMailData, _, words) => ({
    subject: `${typeof what === 'string' ? what : what(data)}: ${oneLine(data.after.title)}`,
    happened: happened(data),
    facts: taskFacts(data, words),
    link: { url: `${words.publicUrl}/tasks/${data.after.id}`, label: 'Open the task' },
  })
}

/** What all events have in common: `{before?, after, actor, reason?}`. */
interface AnyData {
  before?: { status?: string }
  after?: { name?: string; title?: string; status?: string }
  actor?: string
  reason?: string
}

const anything: Describe = ({ before, after, actor, reason }: AnyData, { template, subject }) => {
  const [kind = '', ...what] = template.split('.')
  const name = oneLine(after?.name ?? after?.title ?? subject)
  const status = before?.status === undefined || before.status === after?.status ? after?.status : `${before.status} to ${after?.status}`
  const facts: [string, string][] = []
  if (status !== undefined) facts.push(['Status', status])
  if (reason !== undefined) facts.push(['Reason', oneLine(reason)])
  if (actor !== undefined) facts.push(['By', nameOf(actor)])
  return { subject: `${kind} ${what.join(' ')}: ${name}`, happened: `${subject}, ${template}`, facts }
}
