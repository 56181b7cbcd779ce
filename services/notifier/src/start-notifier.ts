import { consume, type Verdict } from '@lifeline/backbone/broker/consume'
import { PermanentError } from '@lifeline/backbone/broker/permanent-error'
import type { Broker, Received } from '@lifeline/backbone/broker/port'
import { parseBody, readEvent } from '@lifeline/backbone/broker/read-event'
import type { Writer } from '@lifeline/backbone/db/group-commit'
import type { Db } from '@lifeline/backbone/db/schema'
import type { Log } from '@lifeline/backbone/process/log'
import type { Secrets } from '@lifeline/backbone/process/secrets'
import Type from 'typebox'
import { Compile } from 'typebox/compile'
import type { DeliverAlert } from './alerts/deliver-alert.ts'
import type { Mailer } from './mail/mailer.ts'
import type { MailSettings } from './mail/render.ts'
import { sendNotification } from './send-notification.ts'

export interface NotifierOptions {
  db: Db
  broker: Broker
  log: Log
  mailer: Mailer
  settings: MailSettings
  deliverAlert: DeliverAlert
  writer: Writer
  secrets: Secrets
}

/** With ten connections to the mail server none waits long after its claim: a send takes 20 s at most, the lease is 60 s. */
const PREFETCH = 20
const Announcement = Compile(Type.Object({ notificationId: Type.String({ format: 'uuid' }) }))

/** Sends notifications, and brings alerts to people. A channel is one consumer here. */
export function startNotifier({ db, broker, log, mailer, settings, deliverAlert, writer, secrets }: NotifierOptions) {
  const stopping = new AbortController()

  async function handleMail(message: Received): Promise<Verdict> {
    const body = parseBody(message)
    if (!Announcement.Check(body)) throw new PermanentError('wrong_data', 'The body must be {"notificationId": "<uuid>"}.')
    return await sendNotification(body.notificationId, { writer, mailer, settings, secrets, log, signal: stopping.signal })
  }

  async function handleAlert(message: Received): Promise<Verdict> {
    const event = readEvent(message)
    if (event.type !== 'alert.operations') throw new PermanentError('unknown_type', `${event.type} is no alert.`)
    await deliverAlert(event)
    return 'done'
  }

  const consumers = [
    consume({ broker, db, log, consumer: 'notifier', queue: 'notification.email', prefetch: PREFETCH, handle: handleMail }),
    consume({ broker, db, log, consumer: 'notifier', queue: 'notifier:alert.operations', prefetch: 1, handle: handleAlert }),
  ]
  return {
    async stop() {
      stopping.abort()
      await Promise.all(consumers.map((consumer) => consumer.stop()))
      await mailer.close()
    },
  }
}
