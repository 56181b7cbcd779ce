import { CHANNEL_TYPES, ChannelSchema, toChannel } from '@lifeline/backbone/db/channels/channel'
import { getChannel, listChannels } from '@lifeline/backbone/db/channels/find-channels'
import { CHANNEL_STATUSES } from '@lifeline/backbone/db/channels/status'
import Type from 'typebox'
import type { App } from '../app.ts'
import { refusals } from '../docs.ts'
import { IfNoneMatch, NotModified, sendVersion } from '../entity-tags.ts'
import { isUuid } from '../formats.ts'
import { CursorQuery, cutPage, PageSchema, readPage } from '../paging.ts'
import { ChannelParams } from './channel-input.ts'
import type { ChannelRoutes } from './channel-routes.ts'

const ChannelQuery = Type.Object(
  {
    type: Type.Optional(Type.Enum(CHANNEL_TYPES, { description: `one of ${CHANNEL_TYPES.join(', ')}` })),
    status: Type.Optional(Type.Enum(CHANNEL_STATUSES, { description: `one of ${CHANNEL_STATUSES.join(', ')}` })),
    ...CursorQuery,
  },
  { additionalProperties: false },
)

export function routeReadChannels(app: App, { db }: ChannelRoutes): void {
  const tags = ['channels']
  const Channels = Type.Object({ items: Type.Array(ChannelSchema), nextCursor: PageSchema.nextCursor })

  app.get(
    '/api/v1/channels',
    {
      schema: {
        summary: 'List channels, newest first',
        tags,
        querystring: ChannelQuery,
        response: { 200: Channels, ...refusals(400, 422) },
      },
      config: { permission: 'channel:read' },
    },
    async (request) => {
      const { type, status, ...paging } = request.query
      const filter = { ...(type && { type }), ...(status && { status }) }
      const page = readPage(paging, filter, isUuid)
      const rows = await listChannels(db, filter, { limit: page.limit + 1, ...(page.after === undefined ? {} : { afterId: page.after }) })
      const { items, nextCursor } = cutPage(rows, page, filter, ({ id }) => id)
      return { items: items.map(toChannel), nextCursor }
    },
  )

  app.get(
    '/api/v1/channels/:id',
    {
      schema: {
        summary: 'Read a channel',
        tags,
        params: ChannelParams,
        headers: IfNoneMatch,
        response: { 200: ChannelSchema, 304: NotModified, ...refusals(404, 422) },
      },
      config: { permission: 'channel:read' },
    },
    async (request, reply) => {
      const channel = await getChannel(db, request.params.id.toLowerCase())
      return sendVersion(request, reply, { version: channel.version, body: toChannel(channel) })
    },
  )
}
