import Type from 'typebox'
import { ApiVariables } from '../../config.ts'
import { KeysConfig } from '../../keys/cli/config.ts'

export const ImportConfig = Type.Object({
  HEALTHCHECKS_API_KEY: Object.assign(
    Type.Optional(
      Type.String({
        pattern: '^[\\x21-\\x7e]+$',
        description: 'The key of the project of healthchecks that is imported, unless `--from-key` is given.',
      }),
    ),
    { whenUnset: 'none' },
  ),
  LIFELINE_API_KEY: Object.assign(Type.Optional(ApiVariables.LIFELINE_API_KEY), { whenUnset: 'that of `npm start`' }),
  LIFELINE_DATA: KeysConfig.properties.LIFELINE_DATA,
})
