import type { TaskEventData } from '@lifeline/backbone/db/tasks/events'
import { type MailContent, oneLine } from '../layout.ts'
import type { MailContext } from '../render.ts'
import { longTime, relativeTime } from '../when.ts'

/** What the coordinator stored with the notification: the event's data and its instant. */
export type TaskMailData = TaskEventData & { at: string }

type Template = (data: TaskMailData) => { subject: string; happened: string }

/** A person by their address; a key, a user or the clock is nobody that a reader knows. */
export const nameOf = (principal: string) => {
  if (principal.startsWith('mailto:')) return principal.slice('mailto:'.length)
  return principal.startsWith('user:') ? 'Somebody' : 'The system'
}

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

/** What is to be known of a task, whoever reads it. */
export function taskFacts({ after, reason, at }: TaskMailData, { timeZone }: Pick<MailContext, 'timeZone'>): [string, string][] {
  const facts: [string, string][] = [
    ['Task', oneLine(after.title)],
    ['Status', after.status],
    ['Assignee', after.assignee],
  ]
  if (after.dueAt !== null) {
    const due = new Date(after.dueAt)
    facts.push(['Deadline', `${longTime(due, timeZone)}, ${relativeTime(due, new Date(at))}`])
  }
  if (reason !== undefined) facts.push(['Reason', reason])
  return facts
}

const mailOf =
  (write: Template) =>
  (data: TaskMailData, context: MailContext): MailContent => ({
    ...write(data),
    facts: taskFacts(data, context),
    text: data.after.description,
    link: { url: `${context.publicUrl}/tasks/${data.after.id}`, label: 'Open the task' },
  })

export const TASK_MAILS = Object.fromEntries(Object.entries(TEMPLATES).map(([name, write]) => [name, mailOf(write)]))
