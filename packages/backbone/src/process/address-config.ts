import Type from 'typebox'
import { webAddress } from './url-variable.ts'

const PUBLIC_URL = { description: 'Where people reach Lifeline, like `https://tasks.example.org`; links in mails start with it.' }

/** Where a process listens, and where the world finds it. */
export const AddressConfig = {
  HOST: Type.String({ default: '0.0.0.0', description: 'The address to listen on.' }),
  PUBLIC_URL: Type.Optional(webAddress({ ...PUBLIC_URL, whenUnset: 'the address it listens on' })),
}

/** The same for a process that is not what people reach. */
export const publicUrlOfOthers = webAddress({ ...PUBLIC_URL, default: 'http://127.0.0.1:3000' })
