import Type, { type TSchema } from 'typebox'

/** The schema of a field that is always there, and may be null. */
export function nullable<T extends TSchema>(schema: T, description?: string) {
  return Type.Union([schema, Type.Null()], description === undefined ? {} : { description })
}
