import { getChannel } from '@lifeline/backbone/db/channels/find-channels'
import { NotFoundError } from '@lifeline/backbone/db/errors'
import { listChannelNotifications, replayNotification, testChannel } from '@lifeline/backbone/db/notifications/channel-notifications'
import type { NotificationRow } from '@lifeline/backbone/db/notifications/notification'
import { NOTIFICATION_MOVES, type NotificationStatus } from '@lifeline/backbone/db/notifications/status'
import { nullable } from '@lifeline/backbone/db/nullable'
import Type, { type Static } from 'typebox'
import type { App } from '../app.ts'
import { refusals } from '../docs.ts'
import { isUuid } from '../formats.ts'
import { CursorQuery, cutPage, PageSchema, readPage } from '../paging.ts'
import { RequestError } from '../problem.ts'
import { ChannelParams } from './channel-input.ts'
import type { ChannelRoutes } from './channel-routes.ts'

const Instant = Type.String({ format: 'date-time' })
const STATUSES = Object.keys(NOTIFICATION_MOVES) as NotificationStatus[]

const SentSchema = Type.Object({
  id: Type.String({ format: 'uuid', description: 'Of a webhook: its webhook-id.' }),
  eventId: Type.String(),
  type: Type.String({ description: 'The type of the event; channel.test is a test.' }),
  subject: Type.String(),
  recipient: nullable(Type.String({ description: 'An address of a list; else null.' })),
  status: Type.Enum(STATUSES),
  attempts: Type.Integer(),
  lastError: nullable(Type.String()),
  createdAt: Instant,
  sentAt: nullable(Instant),
  nextTryAt: nullable(Type.String({ format: 'date-time', description: 'While it waits: when it is tried at the latest.' })),
})

const SentQuery = Type.Object(
  { status: Type.Optional(Type.Enum(STATUSES, { description: `one of ${STATUSES.join(', ')}` })), ...CursorQuery },
  { additionalProperties: false },
)
const ReplayBody = Type.Object(
  { notificationId: Type.String({ format: 'uuid', description: 'the id of a notification of this channel (a UUID)' }) },
  { additionalProperties: false, description: 'a JSON object' },
)
const Queued = Type.Object({ items: Type.Array(SentSchema) })

/** What goes through channels: to see it, to try it out, to send it again. */
export function routeSent(app: App, { db, writer }: ChannelRoutes): void {
  const tags = ['channels']

  app.get(
    '/api/v1/channels/:id/notifications',
    {
      schema: {
        summary: 'List what was, is or will be sent through a channel, newest first',
        tags,
        params: ChannelParams,
        querystring: SentQuery,
        response: { 200: Type.Object({ ...Queued.properties, nextCursor: PageSchema.nextCursor }), ...refusals(400, 404, 422) },
      },
      config: { permission: 'channel:read' },
    },
    async (request) => {
      const { status, ...paging } = request.query
      const { id } = await getChannel(db, request.params.id.toLowerCase())
      const filter = { id, ...(status && { status }) }
      const page = readPage(paging, filter, isUuid)
      const after = page.after === undefined ? {} : { afterId: page.after }
      const rows = await listChannelNotifications(db, id, { limit: page.limit + 1, ...after, ...(status && { status }) })
      const { items, nextCursor } = cutPage(rows, page, filter, (row) => row.id)
      return { items: items.map(toSent), nextCursor }
    },
  )

  app.post(
    '/api/v1/channels/:id/test',
    {
      schema: {
        summary: 'Send a test through a channel',
        description: 'By the way that all else goes, but once: what became of it is in the list of notifications. It may be disabled.',
        tags,
        params: ChannelParams,
        response: { 202: Queued, ...refusals(404, 422) },
      },
      config: { permission: 'channel:update' },
    },
    async (request, reply) => {
      const { actor, traceparent } = request
      const channelId = request.params.id.toLowerCase()
      const rows = await writer.submit(testChannel, { channelId, actor, traceparent, machineNow: new Date() })
      if (rows === undefined) throw new NotFoundError(`channel ${channelId}`)
      return reply.code(202).send({ items: rows.map(toSent) })
    },
  )

  app.post(
    '/api/v1/channels/:id/replay',
    {
      schema: {
        summary: 'Send a notification of a channel once more',
        description: 'One that was sent or has failed. It keeps its id, is signed with the present secret, and is tried once.',
        tags,
        params: ChannelParams,
        body: ReplayBody,
        response: { 202: SentSchema, ...refusals(404, 409, 415, 422) },
      },
      config: { permission: 'channel:update' },
    },
    async (request, reply) => {
      const { id: channelId } = await getChannel(db, request.params.id.toLowerCase())
      const notificationId = request.body.notificationId.toLowerCase()
      const replayed = await writer.submit(replayNotification, { channelId, notificationId, machineNow: new Date() })
      if (replayed.kind === 'missing') throw new NotFoundError(`notification ${notificationId} of this channel`)
      if (replayed.kind === 'busy')
        throw new RequestError('illegal_move', `The notification is ${replayed.notification.status}: it is on its way already.`)
      return reply.code(202).send(toSent(replayed.notification))
    },
  )
}

function toSent(row: NotificationRow): Static<typeof SentSchema> {
  const isWaiting = row.status === 'Queued' || row.status === 'Sending'
  return {
    id: row.id,
    eventId: row.event_id,
    type: row.template,
    subject: row.subject,
    recipient: row.channel === 'email' ? row.recipient : null,
    status: row.status,
    attempts: row.attempts,
    lastError: row.last_error,
    createdAt: row.created_at.toISOString(),
    sentAt: row.sent_at?.toISOString() ?? null,
    nextTryAt: isWaiting ? (row.wake_at?.toISOString() ?? null) : null,
  }
}
