import { PERMISSIONS, ROLE_NAMES, ROLES } from '@lifeline/backbone/roles'
import Type from 'typebox'
import type { App } from '../app.ts'

const Answer = Type.Object({
  items: Type.Array(
    Type.Object({
      role: Type.String(),
      permissions: Type.Record(Type.String(), Type.Enum(['all', 'own']), { description: 'On all rows, or on one’s own.' }),
    }),
  ),
  permissions: Type.Record(Type.String(), Type.String(), { description: 'What each of them allows.' }),
})

/** The table of roles.ts, as it is. */
export function routeRoles(app: App): void {
  const answer = { items: ROLE_NAMES.map((role) => ({ role, permissions: ROLES[role] })), permissions: PERMISSIONS }
  app.get(
    '/api/v1/roles',
    {
      schema: { summary: 'Which role may do what', tags: ['roles'], response: { 200: Answer } },
      config: { authenticated: true },
    },
    async () => answer,
  )
}
