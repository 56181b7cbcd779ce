import Type from 'typebox'

/** A text that is not only blanks. Lengths are in characters (code points), as the columns count them. */
export const text = (max: number) =>
  Type.String({ minLength: 1, maxLength: max, pattern: '\\S', description: `a string of 1 to ${max} characters, not only blanks` })
