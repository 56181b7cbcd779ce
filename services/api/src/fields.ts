import Type, { type Static, type TSchema } from 'typebox'

/** A text that is not only blanks. Lengths are in characters (code points), as the columns count them. */
export const text = (max: number) =>
  Type.String({ minLength: 1, maxLength: max, pattern: '\\S', description: `a string of 1 to ${max} characters, not only blanks` })

/** null clears it. One `type` with two names, not a union: a union would be explained as two errors. */
export function clearable<T extends TSchema & { type: string; description?: string }>(schema: T) {
  return Type.Optional(
    Type.Unsafe<Static<T> | null>({ ...schema, type: [schema.type, 'null'], description: `${schema.description}, or null` }),
  )
}
