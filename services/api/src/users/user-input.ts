import { ROLE_NAMES } from '@lifeline/backbone/roles'
import Type from 'typebox'
import { MAX_LENGTH, MIN_LENGTH } from '../auth/password-rules.ts'
import { text } from '../fields.ts'
import { EMAIL_ADDRESS } from '../formats.ts'

/** ASCII only: an address that merely looks like another one is refused. */
export const Email = Type.String({ format: 'email', maxLength: 254, description: EMAIL_ADDRESS })
export const Name = text(200)
export const RoleField = Type.Enum(ROLE_NAMES, { description: `one of ${ROLE_NAMES.join(', ')}` })

/** `writeOnly` keeps the value out of errors. */
export const NewPassword = Type.String({
  minLength: MIN_LENGTH,
  maxLength: MAX_LENGTH,
  writeOnly: true,
  description: `a password of ${MIN_LENGTH} to ${MAX_LENGTH} characters, of any kind`,
})

/** One that is only compared: shorter ones are merely wrong. */
export const Password = Type.String({ minLength: 1, maxLength: MAX_LENGTH, writeOnly: true, description: 'the password' })

export const UserParams = Type.Object({ id: Type.String({ format: 'uuid', description: 'the id of a user (a UUID)' }) })
