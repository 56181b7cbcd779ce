import {
  AUDIT_KINDS,
  type AuditFilter,
  type AuditKind,
  type AuditPlace,
  type AuditRow,
  listAudit,
} from '@lifeline/backbone/db/audit/list-audit'
import { nullable } from '@lifeline/backbone/db/nullable'
import type { Db } from '@lifeline/backbone/db/schema'
import Type, { type Static } from 'typebox'
import type { App } from '../app.ts'
import { refusals } from '../docs.ts'
import { INSTANT, isUuid } from '../formats.ts'
import { Changes, toLogEntry } from '../log-entry.ts'
import { CursorQuery, cutPage, PageSchema, readPage } from '../paging.ts'
import { invalid } from '../problem.ts'

const kinds = AUDIT_KINDS.join(', ')

const AuditQuery = Type.Object(
  {
    actor: Type.Optional(
      Type.String({ minLength: 1, maxLength: 320, description: 'a principal, like user:<id>, key:<id> or mailto:ann@example.org' }),
    ),
    kind: Type.Optional(Type.Enum(AUDIT_KINDS, { description: `one of ${kinds}` })),
    subject: Type.Optional(Type.String({ minLength: 1, maxLength: 100, description: 'a kind and an id, like task/<id>' })),
    from: Type.Optional(Type.String({ format: 'date-time', description: `${INSTANT}: then or later` })),
    to: Type.Optional(Type.String({ format: 'date-time', description: `${INSTANT}: earlier than this` })),
    ...CursorQuery,
  },
  { additionalProperties: false },
)

const Entry = Type.Object({
  kind: Type.Enum(AUDIT_KINDS),
  id: Type.String(),
  subject: Type.String({ description: '<kind>/<id>' }),
  version: Type.Integer({ description: 'The version that this change made.' }),
  action: Type.String(),
  fromStatus: nullable(Type.String()),
  toStatus: Type.String(),
  actor: Type.String({ description: 'The principal that did it.' }),
  reason: nullable(Type.String()),
  changes: Changes,
  at: Type.String({ format: 'date-time' }),
})

/** Who did what, of all kinds. */
export function routeAudit(app: App, { db }: { db: Db }): void {
  const Entries = Type.Object({ items: Type.Array(Entry), nextCursor: PageSchema.nextCursor })
  app.get(
    '/api/v1/audit',
    {
      schema: {
        summary: 'List changes of everything, newest first',
        description: 'By actor it reads through the changes of everybody: name from and to, where there are many.',
        tags: ['audit'],
        querystring: AuditQuery,
        response: { 200: Entries, ...refusals(400, 422) },
      },
      config: { permission: 'audit:read' },
    },
    async (request) => {
      const filter = toFilter(request.query)
      const page = readPage(request.query, filter, (key) => placeOf(key) !== undefined)
      const rows = await listAudit(db, filter, { limit: page.limit + 1, after: placeOf(page.after) })
      const { items, nextCursor } = cutPage(rows, page, filter, keyOf)
      return { items: items.map(toEntry), nextCursor }
    },
  )
}

function toFilter({ actor, kind, subject, from, to }: Static<typeof AuditQuery>): AuditFilter {
  return {
    ...(kind && { kind }),
    ...(subject && readSubject(subject, kind)),
    ...(actor && { actor: /^mailto:/i.test(actor) ? actor.toLowerCase() : actor }),
    ...(from && { from: new Date(from) }),
    ...(to && { to: new Date(to) }),
  }
}

const isKind = (text: string): text is AuditKind => (AUDIT_KINDS as readonly string[]).includes(text)

function readSubject(subject: string, asked: AuditKind | undefined): { kind: AuditKind; id: string } {
  const [kind = '', id = '', ...more] = subject.split('/')
  const refused = (detail: string) => invalid([{ in: 'query', pointer: '/subject', detail }])
  if (!isKind(kind) || !isUuid(id) || more.length > 0) throw refused(`must be one of ${kinds}, a slash and an id (a UUID)`)
  if (asked !== undefined && asked !== kind) throw refused(`must be of the kind that is asked for, ${asked}`)
  return { kind, id: id.toLowerCase() }
}

const keyOf = ({ at, kind, id, version }: AuditRow) => `${at.getTime()}/${kind}/${id}/${version}`

const PLACE = /^(\d{1,15})\/([a-z]+)\/([0-9a-f-]{36})\/(\d{1,9})$/

function placeOf(key: string | undefined): AuditPlace | undefined {
  const [, at, kind = '', id = '', version] = PLACE.exec(key ?? '') ?? []
  return isKind(kind) && isUuid(id) ? { at: new Date(Number(at)), kind, id, version: Number(version) } : undefined
}

function toEntry(row: AuditRow) {
  return { kind: row.kind, id: row.id, subject: `${row.kind}/${row.id}`, ...toLogEntry(row) }
}
