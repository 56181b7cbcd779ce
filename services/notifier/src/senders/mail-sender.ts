import type { Db } from '@lifeline/backbone/db/schema'
import type { Secrets } from '@lifeline/backbone/process/secrets'
import { layOut, type Rendered } from '../mail/layout.ts'
import type { Mailer } from '../mail/mailer.ts'
import { type MailSettings, renderMail } from '../mail/render.ts'
import { describeTogether } from '../mail/templates/together.ts'
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
    async send(row, companions) {
      const context = { ...settings, secrets, recipient: row.recipient, queuedAt: row.created_at }
      const data = JSON.parse(row.data)
      const send = (mail: Rendered) => mailer.send({ ...mail, messageId: row.id, to: row.recipient })
      if (row.channel_id !== null) await getOpenChannel(db, row, row.channel_id)
      if (companions.length > 0) return await send(layOut(describeTogether([row, ...companions], settings)))
      return await send(row.channel_id === null ? renderMail(row.template, data, context) : layOut(describe(row, data, settings)))
    },
  }
}
