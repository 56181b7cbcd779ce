import { NotUniqueError } from '@lifeline/backbone/db/errors'
import { nullable } from '@lifeline/backbone/db/nullable'
import { findNames } from '@lifeline/backbone/db/schedulers/find-schedulers'
import { type RegistrationOutcome, upsertScheduler } from '@lifeline/backbone/db/schedulers/register-scheduler'
import { reading } from '@lifeline/backbone/db/transaction'
import Type, { type Static } from 'typebox'
import type { App } from '../app.ts'
import { refusals } from '../docs.ts'
import { RequestError } from '../problem.ts'
import { ownerFor } from '../schedulers/scheduler-owner.ts'
import type { SchedulerRoutes } from '../schedulers/scheduler-routes.ts'
import { ImportBody, MOST_CHECKS, type ReadCheck, readCheck } from './import-input.ts'

const OUTCOMES = ['registered', 'edited', 'unchanged', 'refused'] as const
const Item = Type.Object({
  name: nullable(Type.String()),
  outcome: Type.Enum(OUTCOMES),
  schedulerId: Type.Optional(Type.String({ format: 'uuid' })),
  detail: Type.Optional(Type.String({ description: 'Why it was refused.' })),
  leftOut: Type.Optional(Type.Array(Type.String(), { description: 'Members of the check that have no like here.' })),
})
type Item = Static<typeof Item>

const Imported = Type.Object({
  items: Type.Array(Item, { description: 'One for each check, in their order.' }),
  ...Object.fromEntries(OUTCOMES.map((outcome) => [outcome, Type.Integer({ description: `How many were ${outcome}.` })])),
})

export function routeImport(app: App, { db, writer, clock }: SchedulerRoutes): void {
  app.post(
    '/api/v1/schedulers/import',
    {
      schema: {
        summary: 'Register the checks of healthchecks',
        description: `Takes what \`GET /api/v3/checks/\` of healthchecks answers, at most ${MOST_CHECKS} checks at once, and says of each what became of it. A check that cannot be taken stops no other; the same again changes nothing. A new scheduler keeps the end of the check's ping address, so that whoever pings it needs another host only, and is paused if the check is. What a check has reported stays there. To edit those that are here takes \`scheduler:update\` too.`,
        tags: ['healthchecks'],
        body: ImportBody,
        response: { 200: Imported, ...refusals(401, 413, 415, 422) },
      },
      config: { permission: 'scheduler:create' },
    },
    async (request) => {
      const { actor, createdBy, traceparent, body } = request
      const owner = ownerFor(request, 'scheduler:update')
      const seen = new Set<string>()
      const read = body.checks.map((check) => {
        try {
          const one = readCheck(check)
          if (seen.has(one.name)) throw new RequestError('not_unique', 'name is that of another check before it; it must be unique.')
          seen.add(one.name)
          return one
        } catch (error) {
          return refused((check as { name?: unknown }).name, error)
        }
      })
      const ids = await reading(() => findNames(db, [...seen]))
      const now = clock.now()
      const importOne = async (one: ReadCheck | Item): Promise<Item> => {
        if ('outcome' in one) return one
        const { name, registration, pingToken, paused } = one
        const input = { ...registration, id: ids.get(name), pingToken, paused, actor, createdBy, owner, now, traceparent }
        try {
          return taken(one, await writer.submit(upsertScheduler, input))
        } catch (error) {
          return refused(name, error)
        }
      }
      const items = await Promise.all(read.map(importOne))
      const count = (wanted: string) => items.filter(({ outcome }) => outcome === wanted).length
      return { items, ...Object.fromEntries(OUTCOMES.map((outcome) => [outcome, count(outcome)])) }
    },
  )
}

/** What time has done to one that was here meanwhile is no edit. */
function taken({ name, paused, slug, leftOut }: ReadCheck, outcome: RegistrationOutcome): Item {
  const { kind, scheduler } = outcome
  const isEdited = kind === 'changed' && outcome.changes.some(({ story }) => story.action === 'edited')
  const isResumed = paused !== undefined && scheduler.status !== 'Paused'
  const lost = [...leftOut, ...(slug === undefined || slug === scheduler.slug ? [] : ['slug']), ...(isResumed ? ['status'] : [])]
  return {
    name,
    outcome: kind === 'registered' ? kind : isEdited ? 'edited' : 'unchanged',
    schedulerId: scheduler.id,
    ...(lost.length === 0 ? {} : { leftOut: lost }),
  }
}

/** Whose the others are, and whether they were deleted, is not told. */
const TAKEN: Readonly<Record<string, string>> = {
  schedulers_name_key: 'name is taken by another scheduler, with another ping address; rename one of them.',
  schedulers_ping_token_key: 'ping_url is taken by another scheduler, perhaps by one that was renamed or deleted.',
}

/** Throws what is not the check's fault. */
function refused(name: unknown, error: unknown): Item {
  const detail =
    error instanceof NotUniqueError
      ? TAKEN[error.constraint]
      : error instanceof RequestError
        ? error.errors.map(({ pointer, detail }) => `${pointer.slice(1)} ${detail}.`).join(' ') || error.message
        : undefined
  if (detail === undefined) throw error
  return { name: typeof name === 'string' ? name : null, outcome: 'refused', detail }
}
