import type { ChannelRow } from '@lifeline/backbone/db/channels/channel'
import { getChannel } from '@lifeline/backbone/db/channels/find-channels'
import { commitOne } from '@lifeline/backbone/db/commit'
import { addNotifications } from '@lifeline/backbone/db/notifications/add-notifications'
import { recipientsOf } from '@lifeline/backbone/db/notifications/channel-notifications'
import type { Db } from '@lifeline/backbone/db/schema'
import type { Mailer } from '../src/mail/mailer.ts'
import { sendNotification } from '../src/send-notification.ts'
import { getNotification, givenMailData } from './given-notification.ts'
import { optionsWith } from './send-options.ts'

interface Given {
  template?: string
  data?: object
  sequence?: number
  subject?: string
}

let subjects = 0

/** A Queued notification for a channel, as the coordinator makes it of an event. Answers its id; of a list of addresses that of the first. */
export async function givenChannelNotification(db: Db, channel: ChannelRow, given: Given = {}): Promise<string> {
  const { template = 'task.deadline.passed', data = givenMailData(), sequence = 1, subject = `task/${++subjects}` } = given
  const cause = { id: `${subject}@${sequence}`, subject }
  const intents = recipientsOf({ ...channel, settings: JSON.parse(channel.settings) }).map((recipient) => {
    return { channel: channel.type, channelId: channel.id, recipient, template, data }
  })
  await commitOne(db, addNotifications, { cause, principals: [], intents: () => intents, machineNow: new Date() })
  const row = db.selectFrom('notifications').select('id').where('event_id', '=', cause.id).where('channel_id', '=', channel.id)
  return (await row.orderBy('id').executeTakeFirstOrThrow()).id
}

const NO_MAILER: Mailer = {
  send: () => Promise.reject(new Error('No mail was to be sent.')),
  close: async () => {},
}

/** A sender without mails; `outcome` tells what became of a notification, and of its channel. */
export function givenSender(db: Db, settings: { allowPrivate?: boolean; timeoutMs?: number } = {}) {
  const options = optionsWith(db, NO_MAILER, settings)
  const send = (id: string) => sendNotification(id, options)
  const outcome = async (id: string) => {
    const row = await getNotification(db, id)
    return { ...row, channelStatus: (await getChannel(db, row.channel_id ?? '')).status }
  }
  return { send, outcome }
}
