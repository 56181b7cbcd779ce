import Type from 'typebox'

/** Who may have an account. */
export const AccountConfig = {
  REGISTRATION: Type.Enum(['open', 'closed'], {
    default: 'open',
    description: 'Whether people may register themselves; `LIFELINE_ADMIN_EMAIL` always may.',
  }),
  LIFELINE_ADMIN_EMAIL: Object.assign(
    Type.Optional(
      Type.String({
        pattern: '^[^@\\s]+@[^@\\s]+$',
        description: 'The e-mail address whose owner becomes admin by verifying it.',
      }),
    ),
    { whenUnset: 'whoever registers first is admin' },
  ),
}
