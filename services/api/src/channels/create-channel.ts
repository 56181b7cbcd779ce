import { changeSettings, type StoredSettings } from '@lifeline/backbone/channels/settings'
import { newWebhookSecret } from '@lifeline/backbone/channels/webhook'
import { addChannel } from '@lifeline/backbone/db/channels/add-channel'
import { type ChannelRow, ChannelSchema, toChannel } from '@lifeline/backbone/db/channels/channel'
import Type from 'typebox'
import type { App } from '../app.ts'
import { refusals } from '../docs.ts'
import { etagOf } from '../entity-tags.ts'
import { create, IdempotencyKey } from '../idempotency.ts'
import { NewChannelBody, readEvents, readingSettings } from './channel-input.ts'
import type { ChannelRoutes } from './channel-routes.ts'

const NewChannelSchema = Type.Object({
  ...ChannelSchema.properties,
  secret: Type.Optional(Type.String({ description: 'What a webhook is signed with, when it was made here. It is never answered again.' })),
})

export function routeCreateChannel(app: App, routes: ChannelRoutes): void {
  const { clock, secrets } = routes
  app.post(
    '/api/v1/channels',
    {
      schema: {
        summary: 'Create a channel',
        description:
          'It hears the events whose types match its patterns, of every kind; without patterns only those that name it. Secrets are never answered again.',
        tags: ['channels'],
        headers: IdempotencyKey,
        body: NewChannelBody,
        response: { 201: NewChannelSchema, ...refusals(409, 413, 415, 422) },
      },
      config: { permission: 'channel:create' },
    },
    async (request, reply) => {
      const { body, actor, createdBy, traceparent } = request
      const { name, type } = body
      const made = type === 'webhook' && body.settings.secret === undefined ? newWebhookSecret() : undefined
      const asked = made === undefined ? body.settings : { ...body.settings, secret: made }
      const stored = readingSettings(() => changeSettings(type, asked, { secrets, machineNow: new Date() })) as StoredSettings
      const input = { name, type, events: readEvents(body.events ?? null), ...stored, actor, createdBy, now: clock.now(), traceparent }
      const answerOf = (channel: ChannelRow) => ({
        status: 201,
        headers: { location: `/api/v1/channels/${channel.id}`, etag: etagOf(channel.version) },
        body: { ...toChannel(channel), ...(made !== undefined && { secret: made }) },
      })
      await create(request, reply, routes, { work: addChannel, input, answerOf, secret: true })
      return reply
    },
  )
}
