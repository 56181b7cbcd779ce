import Type, { type Static, type TSchema, type TUnion, type TUnsafe } from 'typebox'

const TYPES: readonly unknown[] = ['string', 'integer', 'number', 'boolean', 'object', 'array']

/**
 * The schema of a field that is always there, and may be null. It has two types instead of two schemas: of two schemas,
 * whoever writes an answer must find out by validating which one each value is of. One of words (an enum) has two schemas.
 */
export function nullable<T extends TSchema>(
  schema: T,
  description?: string,
): TUnion<[T, ReturnType<typeof Type.Null>]> | TUnsafe<Static<T> | null> {
  const own = description === undefined ? {} : { description }
  const { type } = schema as { type?: unknown }
  if ('enum' in schema || !TYPES.includes(type)) return Type.Union([schema, Type.Null()], own)
  return Type.Unsafe<Static<T> | null>({ ...schema, type: [type, 'null'], ...own })
}
