import { changeSettings } from '@lifeline/backbone/channels/settings'
import { newWebhookSecret } from '@lifeline/backbone/channels/webhook'
import { changeChannel } from '@lifeline/backbone/db/channels/change-channel'
import { type ChannelRow, ChannelSchema, toChannel } from '@lifeline/backbone/db/channels/channel'
import type { ChannelCommand } from '@lifeline/backbone/db/channels/decide'
import { getChannel } from '@lifeline/backbone/db/channels/find-channels'
import { NotFoundError } from '@lifeline/backbone/db/errors'
import type { FastifyReply, FastifyRequest } from 'fastify'
import Type from 'typebox'
import type { App } from '../app.ts'
import { refusals } from '../docs.ts'
import { etagOf, IfMatch, preconditionFailed, readIfMatch } from '../entity-tags.ts'
import { text } from '../fields.ts'
import { RequestError } from '../problem.ts'
import { ChannelParams, EditBody, readEvents, settingsRefusal } from './channel-input.ts'
import type { ChannelRoutes } from './channel-routes.ts'

const DisableBody = Type.Unsafe<{ reason?: string } | null>({
  ...Type.Object({ reason: Type.Optional(text(1_000)) }, { additionalProperties: false }),
  type: ['object', 'null'],
  description: 'a JSON object, or nothing',
})
const Rotated = Type.Object({
  secret: Type.String({
    description: 'What is signed with from now on; beside it, for a day, the one before. It is never answered again.',
  }),
})

type Named = FastifyRequest<{ Params: { id: string } }>

export function routeChangeChannel(app: App, routes: ChannelRoutes): void {
  const { db, writer, clock, secrets } = routes
  const tags = ['channels']
  const common = { tags, params: ChannelParams, headers: IfMatch }
  const config = { permission: 'channel:update' } as const

  app.patch(
    '/api/v1/channels/:id',
    {
      schema: {
        summary: 'Edit a channel',
        description: 'Of its settings those that are given are replaced; another secret of a webhook leaves the old one in use for a day.',
        ...common,
        body: EditBody,
        response: { 200: ChannelSchema, ...refusals(404, 409, 412, 415, 422) },
      },
      config,
    },
    async (request, reply) => sendChannel(reply, await change(request, editOf(request.body))),
  )

  app.post(
    '/api/v1/channels/:id/rotate',
    {
      schema: { summary: 'Make a new secret for a webhook', ...common, response: { 200: Rotated, ...refusals(404, 409, 412, 422) } },
      config,
    },
    async (request, reply) => {
      const { type } = await getChannel(db, request.params.id.toLowerCase())
      if (type !== 'webhook') throw new RequestError('illegal_move', `A channel of type ${type} has no secret of ours; set its settings.`)
      const secret = newWebhookSecret()
      const channel = await change(request, editOf({ settings: { secret } }))
      return reply.header('etag', etagOf(channel.version)).send({ secret })
    },
  )

  app.post(
    '/api/v1/channels/:id/disable',
    {
      schema: {
        summary: 'Disable a channel',
        description: 'It hears nothing any more, and what waits for it is not sent. Its creator is told.',
        ...common,
        body: DisableBody,
        response: { 200: ChannelSchema, ...refusals(404, 412, 415, 422) },
      },
      config,
    },
    async (request, reply) => sendChannel(reply, await change(request, { do: 'disable', reason: request.body?.reason ?? null })),
  )

  app.post(
    '/api/v1/channels/:id/enable',
    {
      schema: { summary: 'Enable a channel again', ...common, response: { 200: ChannelSchema, ...refusals(404, 412, 422) } },
      config,
    },
    async (request, reply) => sendChannel(reply, await change(request, { do: 'enable' })),
  )

  app.delete(
    '/api/v1/channels/:id',
    {
      schema: {
        summary: 'Delete a channel',
        description: 'Its settings are gone for good; what waits for it is not sent.',
        ...common,
        response: { 204: Type.Null(), ...refusals(404, 412, 422) },
      },
      config: { permission: 'channel:delete' },
    },
    async (request, reply) => {
      await change(request, { do: 'delete' })
      return reply.code(204).send(null)
    },
  )

  /** Makes one change, and answers the channel after it. Throws when there is no such channel, or it is not as If-Match says. */
  async function change(request: Named, command: ChannelCommand): Promise<ChannelRow> {
    const { actor, traceparent } = request
    const id = request.params.id.toLowerCase()
    const input = { id, command, ifVersion: readIfMatch(request), actor, now: clock.now(), traceparent }
    const outcome = await writer.submit(changeChannel, input).catch((error) => Promise.reject(settingsRefusal(error)))
    if (outcome.kind === 'missing') throw new NotFoundError(`channel ${id}`)
    if (outcome.kind === 'stale') throw preconditionFailed('channel', outcome.channel.version)
    return outcome.channel
  }

  function editOf({ name, events, settings }: EditBody): ChannelCommand {
    const machineNow = new Date()
    return {
      do: 'edit',
      edit: {
        ...(name !== undefined && { name }),
        ...(events !== undefined && { events: readEvents(events) }),
        ...(settings && { settings: (before) => changeSettings(before.type, settings, { before, secrets, machineNow }) }),
      },
    }
  }
}

function sendChannel(reply: FastifyReply, channel: ChannelRow) {
  return reply.header('etag', etagOf(channel.version)).send(toChannel(channel))
}
