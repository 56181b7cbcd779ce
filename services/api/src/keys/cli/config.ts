import { CommonConfig } from '@lifeline/backbone/process/read-config'
import Type from 'typebox'

export const KeysConfig = Type.Object({
  DATABASE_URL: Object.assign(Type.Optional(CommonConfig.DATABASE_URL), { whenUnset: 'that of `npm start`' }),
  LIFELINE_DATA: Type.String({ default: '.lifeline', description: 'The folder of the database, the mailbox, the API key and the secret.' }),
})
