import type { Secrets } from '@lifeline/backbone/process/secrets'
import { layOut } from '../mail/layout.ts'
import type { Mailer } from '../mail/mailer.ts'
import { type MailSettings, renderMail } from '../mail/render.ts'
import { describe } from './describe.ts'
import type { Sender } from './sender.ts'

export interface MailParts {
  mailer: Mailer
  settings: MailSettings
  secrets: Secrets
}

/** Mails to people, in words that are meant for them; and to the list of a channel, in words for anybody. */
export function mailSender({ mailer, settings, secrets }: MailParts): Sender {
  return {
    async send(row) {
      const context = { ...settings, secrets, recipient: row.recipient, queuedAt: row.created_at }
      const data = JSON.parse(row.data)
      const mail = row.channel_id === null ? renderMail(row.template, data, context) : layOut(describe(row, data, settings))
      return await mailer.send({ ...mail, messageId: row.id, to: row.recipient })
    },
  }
}
