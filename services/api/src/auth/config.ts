import Type from 'typebox'

/** Who may have an account. */
export const AccountConfig = {
  REGISTRATION: Type.Enum(['open', 'closed'], {
    default: 'open',
    description: 'open or closed: whether people may register themselves; LIFELINE_ADMIN_EMAIL always may.',
  }),
  LIFELINE_ADMIN_EMAIL: Type.Optional(
    Type.String({
      pattern: '^[^@\\s]+@[^@\\s]+$',
      description: 'Whoever verifies this address becomes admin; without it whoever registers first is.',
    }),
  ),
}
