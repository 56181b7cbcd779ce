import { findSchedulers } from '@lifeline/backbone/db/schedulers/find-schedulers'
import { countSchedulers } from '@lifeline/backbone/db/schedulers/list-schedulers'
import { isLate, type SchedulerRow } from '@lifeline/backbone/db/schedulers/scheduler'
import type { Db } from '@lifeline/backbone/db/schema'
import { reading } from '@lifeline/backbone/db/transaction'
import type { FastifyRequest } from 'fastify'
import Type from 'typebox'
import type { App } from '../app.ts'
import { refusals } from '../docs.ts'
import { RequestError } from '../problem.ts'
import { schedulerOwnerOf } from '../schedulers/scheduler-owner.ts'
import type { SchedulerRoutes } from '../schedulers/scheduler-routes.ts'
import { originOf } from '../schedulers/show-scheduler.ts'
import { type BadgeSubject, badgeUrl, subjectOfBadge, tokenOfTag } from './badge-token.ts'
import { type BadgeStatus, COLORS, drawBadge } from './draw-badge.ts'

interface Badge {
  label: string
  status: BadgeStatus
}

const Token = Type.String({ minLength: 1, maxLength: 480, description: 'the token of a badge' })
const BadgeJson = Type.Object({ label: Type.String(), status: Type.Enum(Object.keys(COLORS)) })
const Shields = Type.Object({ schemaVersion: Type.Integer(), label: Type.String(), message: Type.String(), color: Type.String() })

/** Pictures of a status for everybody who knows their address, and the address of those for tags. */
export function routeBadges(app: App, routes: SchedulerRoutes): void {
  const { db, clock, secrets } = routes

  async function getBadge(token: string): Promise<Badge> {
    const subject = subjectOfBadge(secrets, token)
    const badge = subject === undefined ? undefined : await findBadge(db, subject, clock.now())
    if (badge === undefined) throw new RequestError('not_found', 'There is no such badge.')
    return badge
  }

  const common = { tags: ['badges'], params: Type.Object({ token: Token }) }
  const config = { public: true } as const

  app.get(
    '/badges/:token.svg',
    {
      schema: {
        summary: 'A status as a picture',
        ...common,
        response: { 200: { content: { 'image/svg+xml': { schema: Type.String() } } }, ...refusals(404, 422) },
      },
      config,
    },
    async (request, reply) => {
      const { label, status } = await getBadge(request.params.token)
      return reply.type('image/svg+xml; charset=utf-8').header('cache-control', 'no-cache').send(drawBadge(label, status))
    },
  )

  app.get(
    '/badges/:token.json',
    { schema: { summary: 'A status as JSON', ...common, response: { 200: BadgeJson, ...refusals(404, 422) } }, config },
    async (request) => await getBadge(request.params.token),
  )

  app.get(
    '/badges/:token/shields',
    { schema: { summary: 'A status for shields.io', ...common, response: { 200: Shields, ...refusals(404, 422) } }, config },
    async (request) => {
      const { label, status } = await getBadge(request.params.token)
      return { schemaVersion: 1, label, message: status, color: COLORS[status] }
    },
  )

  const Address = Type.Object({ badgeUrl: Type.String() })
  app.get(
    '/api/v1/schedulers/badges',
    {
      schema: {
        summary: 'The badge of all schedulers with a tag',
        description: 'Down when one of them is, else late when one of them is. That of one scheduler is its `badgeUrl`.',
        tags: ['badges'],
        querystring: Type.Object({ tag: Type.String({ minLength: 1, maxLength: 50, description: 'a tag of 1 to 50 characters' }) }),
        response: { 200: Address, ...refusals(401, 422) },
      },
      config: { permission: 'scheduler:read' },
    },
    async (request) => ({ badgeUrl: tagBadge(request, request.query.tag) }),
  )

  function tagBadge(request: FastifyRequest, tag: string): string {
    // The person, without the address: it would make the token too long for a path.
    const owner = schedulerOwnerOf(request)?.slice(0, 1)
    return badgeUrl(originOf(routes, request), tokenOfTag(secrets, tag, owner))
  }
}

async function findBadge(db: Db, subject: BadgeSubject, now: Date): Promise<Badge | undefined> {
  if (subject.kind === 'tag') return { label: subject.tag, status: await statusOfTag(db, subject, now) }
  const [row] = await reading(() => findSchedulers(db, [subject.id]))
  return row === undefined ? undefined : { label: row.name, status: statusOf(row, now) }
}

function statusOf(row: SchedulerRow, now: Date): BadgeStatus {
  if (isLate(row, now)) return 'late'
  return ({ New: 'new', Up: 'up', Down: 'down', Paused: 'paused' } as const)[row.status]
}

async function statusOfTag(db: Db, { tag, owner }: Extract<BadgeSubject, { kind: 'tag' }>, now: Date): Promise<BadgeStatus> {
  const some = async (more: object) => (await countSchedulers(db, { tags: [tag], owner, now, ...more }, 1)) > 0
  if (await some({ status: ['Down'] })) return 'down'
  if (await some({ late: true })) return 'late'
  return (await some({})) ? 'up' : 'none'
}
