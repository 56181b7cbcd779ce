import Type from 'typebox'
import { type ChannelType, SettingsError } from './channel-type.ts'

/** Everybody on the list gets a mail of their own. */
export interface EmailSettings {
  addresses: readonly string[]
}

const Address = Type.String({ format: 'email', maxLength: 254, description: 'an e-mail address of at most 254 characters' })

export const email: ChannelType<EmailSettings> = {
  fields: { addresses: Type.Array(Address, { minItems: 1, maxItems: 20, description: 'a list of 1 to 20 e-mail addresses' }) },
  merge(input, before) {
    const given = input.addresses as string[] | undefined
    const addresses = given === undefined ? before?.addresses : [...new Set(given.map((address) => address.toLowerCase()))]
    if (addresses === undefined) throw new SettingsError('addresses', 'is required: a list of 1 to 20 e-mail addresses')
    return { addresses }
  },
  show: ({ addresses }) => ({ addresses }),
}
