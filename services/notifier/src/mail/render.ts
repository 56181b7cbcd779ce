import type { Secrets } from '@lifeline/backbone/process/secrets'
import { layOut, type MailContent, type Rendered } from './layout.ts'
import { disabledMail } from './templates/channel-mails.ts'
import { SCHEDULER_MAILS } from './templates/scheduler-mails.ts'
import { TASK_MAILS } from './templates/task-mails.ts'
import { reusedMail, USER_MAILS } from './templates/user-mails.ts'

export interface MailSettings {
  /** Where people reach Lifeline; links start with it. */
  publicUrl: string
  timeZone: string
}

/** What a template may need beside the event. */
export interface MailContext extends MailSettings {
  /** For the tokens in links. */
  secrets: Secrets
  recipient: string
  /** When the mail was ordered, in machine time: links live from then on, however long it took to send it. */
  queuedAt: Date
}

// biome-ignore lint/suspicious/noExplicitAny: each template gets the data of the event of its own name.
const TEMPLATES: Record<string, (data: any, context: MailContext) => MailContent> = {
  ...TASK_MAILS,
  ...SCHEDULER_MAILS,
  ...USER_MAILS,
  'user.session.reused': reusedMail,
  'channel.disabled': disabledMail,
}

/** The mail for a notification: the template's name, and what the coordinator stored with it. Throws when there is no such template. */
export function renderMail(template: string, data: unknown, context: MailContext): Rendered {
  const write = TEMPLATES[template]
  if (write === undefined) throw new Error(`There is no mail template ${template}.`)
  return layOut(write(data, context))
}
