import type { FastifyReply, FastifyRequest } from 'fastify'
import Type from 'typebox'
import { invalid, RequestError } from './problem.ts'

/**
 * The strong ETag of a version of anything that has versions. What also changes without one has a mark of 12 characters behind it: If-None-Match
 * compares both, If-Match the version alone, so that nobody has to hurry.
 */
export const etagOf = (version: number, mark?: string) => (mark === undefined ? `"${version}"` : `"${version}.${mark}"`)

/** For `schema.headers` of a route that changes one resource; the text is read by `readIfMatch`. */
export const IfMatch = Type.Object({ 'if-match': Type.Optional(Type.String({ description: 'the ETags you have seen, like "3", or *' })) })

/** For `schema.headers` of a route that reads one resource. */
export const IfNoneMatch = Type.Object({
  'if-none-match': Type.Optional(Type.String({ description: 'the ETags you have, like "3", or *: one of them is 304 without a body' })),
})

/** The answer to who has it already. */
export const NotModified = Type.Null({ description: 'It is as you have it.' })

type Headers = Pick<FastifyRequest, 'headers'>

/**
 * The versions that If-Match names, undefined when any will do: no header, or `*`. Compared strongly: a weak tag, or one
 * that is none of ours, names no version, and a list of such is empty. Throws when it is not a list of tags.
 */
export function readIfMatch({ headers }: Headers): number[] | undefined {
  const header = headers['if-match']
  if (header === undefined) return undefined
  const tags = parse(header, 'if-match')
  return tags === '*' ? undefined : tags.flatMap(({ weak, text }) => (weak ? [] : versionsOf(text)))
}

interface Resource {
  version: number
  mark?: string
  body: unknown
}

/** Answers one resource with its ETag, or 304 without a body when If-None-Match names it. */
export function sendVersion(request: Headers, reply: FastifyReply, resource: Resource): FastifyReply {
  const { version, mark, body } = resource
  const etag = etagOf(version, mark)
  // The one kind of answer that may be kept, by the client alone, if it asks each time whether it still holds.
  reply.header('etag', etag).header('cache-control', 'private, no-cache')
  const header = request.headers['if-none-match']
  if (header === undefined) return reply.send(body)
  const tags = parse(header, 'if-none-match')
  // Compared weakly, as RFC 9110 has it for this header.
  const isKnown = tags === '*' || tags.some(({ text }) => `"${text}"` === etag)
  return isKnown ? reply.code(304).send() : reply.send(body)
}

/** 412, with the ETag that would have been right. */
export function preconditionFailed(what: string, version: number): RequestError {
  const detail = `must have the present ETag of the ${what}, which is ${etagOf(version)}`
  return new RequestError('precondition_failed', `The ${what} is not as If-Match says: its ETag is ${etagOf(version)}.`, {
    errors: [{ in: 'header', pointer: '/if-match', detail }],
    headers: { etag: etagOf(version) },
  })
}

interface Tag {
  weak: boolean
  text: string
}

/** RFC 9110, 8.8.3: `etagc` is anything visible but the double quote. */
const TAG = /^(W\/)?"([\x21\x23-\x7e\x80-\xff]*)"$/

function parse(header: string, name: string): readonly Tag[] | '*' {
  if (header.trim() === '*') return '*'
  const tags = splitTags(header).map((part) => TAG.exec(part))
  if (tags.length === 0 || tags.includes(null)) {
    const detail = 'must be * or a list of ETags, each in double quotes, like "3"'
    throw invalid([{ in: 'header', pointer: `/${name}`, detail }])
  }
  return tags.flatMap((tag) => (tag === null ? [] : [{ weak: tag[1] !== undefined, text: tag[2] ?? '' }]))
}

/** At commas outside of quotes; a tag may hold one. Empty members of a list count for nothing (RFC 9110, 5.6.1). */
function splitTags(header: string): string[] {
  const parts = header.match(/(?:"[^"]*"|[^",])+/g) ?? []
  return parts.map((part) => part.trim()).filter((part) => part !== '')
}

function versionsOf(text: string): number[] {
  const version = /^([1-9]\d{0,9})(\.[\w-]{12})?$/.exec(text)?.[1]
  return version === undefined ? [] : [Number(version)]
}
