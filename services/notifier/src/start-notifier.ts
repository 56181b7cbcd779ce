import { consume, type Verdict } from '@lifeline/backbone/broker/consume'
import { PermanentError } from '@lifeline/backbone/broker/permanent-error'
import type { Broker, Received } from '@lifeline/backbone/broker/port'
import { parseBody, readEvent } from '@lifeline/backbone/broker/read-event'
import type { Writer } from '@lifeline/backbone/db/group-commit'
import type { Channel } from '@lifeline/backbone/db/notifications/notification'
import type { Db } from '@lifeline/backbone/db/schema'
import type { Clock } from '@lifeline/backbone/process/clock'
import type { Log } from '@lifeline/backbone/process/log'
import type { Secrets } from '@lifeline/backbone/process/secrets'
import Type from 'typebox'
import { Compile } from 'typebox/compile'
import type { DeliverAlert } from './alerts/deliver-alert.ts'
import type { Mailer } from './mail/mailer.ts'
import type { MailSettings } from './mail/render.ts'
import { sendNotification } from './send-notification.ts'
import { makeSenders } from './senders/senders.ts'

export interface NotifierOptions {
  db: Db
  broker: Broker
  log: Log
  mailer: Mailer
  settings: MailSettings
  deliverAlert: DeliverAlert
  writer: Writer
  secrets: Secrets
  /** Domain time. */
  clock: Clock
  /** Whether channels may lead into private networks. */
  allowPrivate: boolean
}

/** With ten connections to the mail server none waits long after its claim: a send takes 20 s at most, the lease is 60 s. */
const PREFETCH = 20
const Announcement = Compile(Type.Object({ notificationId: Type.String({ format: 'uuid' }) }))

/** Sends notifications, and brings alerts to people. A channel is one consumer here. */
export function startNotifier(options: NotifierOptions) {
  const { db, broker, log, mailer, deliverAlert, writer, clock } = options
  const stopping = new AbortController()
  const { signal } = stopping
  const senders = makeSenders({ ...options, signal })

  async function handleNotification(message: Received): Promise<Verdict> {
    const body = parseBody(message)
    if (!Announcement.Check(body)) throw new PermanentError('wrong_data', 'The body must be {"notificationId": "<uuid>"}.')
    return await sendNotification(body.notificationId, { db, writer, senders, clock, log, signal })
  }

  async function handleAlert(message: Received): Promise<Verdict> {
    const event = readEvent(message)
    if (event.type !== 'alert.operations') throw new PermanentError('unknown_type', `${event.type} is no alert.`)
    await deliverAlert(event)
    return 'done'
  }

  const channels = Object.keys(senders) as Channel[]
  const consumers = [
    ...channels.map((channel) =>
      consume({ broker, db, log, consumer: 'notifier', queue: `notification.${channel}`, prefetch: PREFETCH, handle: handleNotification }),
    ),
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
