import type { Db } from '@lifeline/backbone/db/schema'
import type { Secrets } from '@lifeline/backbone/process/secrets'
import { layOut, type Rendered } from '../mail/layout.ts'
import type { Mailer } from '../mail/mailer.ts'
import { type MailSettings, renderMail } from '../mail/render.ts'
import { getOpenChannel } from './channel-sender.ts'
import { describe } from './describe.ts'
import type { Sender } from './sender.ts'

export interface MailParts {
  db: Db
  mailer: Mailer
  settings: MailSettings
  secrets: Secrets
}

/** Mails to people, in words that are meant for them; and to the list of a channel, in words for anybody. */
export function mailSender({ db, mailer, settings, secrets }: MailParts): Sender {
  return {
    async send(row) {
      const context = { ...settings, secrets, recipient: row.recipient, queuedAt: row.created_at }
      const data = JSON.parse(row.data)
      const send = (mail: Rendered) => mailer.send({ ...mail, messageId: row.id, to: row.recipient })
      if (row.channel_id === null) return await send(renderMail(row.template, data, context))
      await getOpenChannel(db, row, row.channel_id)
      return await send(layOut(describe(row, data, settings)))
    },
  }
}
