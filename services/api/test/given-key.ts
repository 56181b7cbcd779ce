import { commitOne } from '@lifeline/backbone/db/commit'
import { addKey, type NewKey } from '@lifeline/backbone/db/keys/add-key'
import type { Db } from '@lifeline/backbone/db/schema'
import { type GivenUser, givenUser } from '@lifeline/testing/given-user'

/** A key of the system, or of `ownerId`; `bearer` is the header that it is sent in. */
export async function givenKey(db: Db, key: Partial<NewKey> = {}) {
  const whole = {
    name: 'k',
    ownerId: null,
    scopes: null,
    requestsPerMinute: null,
    expiresAt: null,
    actor: 'key:test',
    now: new Date(),
    ...key,
  }
  const { key: row, text } = await commitOne(db, addKey, whole)
  return { id: row.id, text, bearer: { authorization: `Bearer ${text}` } }
}

/** A user with a key that may do all that the user may. */
export async function givenPerson(db: Db, user: GivenUser = {}) {
  const person = await givenUser(db, user)
  const key = await givenKey(db, { ownerId: person.id })
  return { ...person, keyId: key.id, text: key.text, bearer: key.bearer }
}
