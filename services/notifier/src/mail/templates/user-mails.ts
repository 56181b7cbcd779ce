import type { SessionEventData } from '@lifeline/backbone/db/sessions/session'
import type { UserEventData } from '@lifeline/backbone/db/users/events'
import { LINK_MS, type LinkPurpose, makeLinkToken } from '@lifeline/backbone/link-token'
import type { MailContent } from '../layout.ts'
import type { MailContext } from '../render.ts'
import { longTime } from '../when.ts'

/** What the coordinator stored with the notification: the event's data and its instant. */
export type UserMailData = UserEventData & { at: string }

type Template = (data: UserMailData, context: MailContext) => MailContent

// The name that somebody gave is in none of these: they may have given it to send words of their own to an address that is not theirs.
export const USER_MAILS: Record<string, Template> = {
  'user.registered': (data, context) => ({
    subject: 'Confirm your e-mail address',
    happened: 'Somebody, most likely you, registered at Lifeline with this address. Confirm that it is yours.',
    ...withLink(data, context, 'verify', LINK_MS.verify, 'Confirm the address'),
    text: 'If it was not you, do nothing.',
  }),
  'user.verification.requested': (data, context) => ({
    subject: 'Confirm your e-mail address',
    happened: 'Here is the link you asked for. It confirms that this address is yours.',
    ...withLink(data, context, 'verify', LINK_MS.verify, 'Confirm the address'),
    text: 'If you did not ask for it, do nothing.',
  }),
  'user.email.changed': (data, context) => ({
    subject: 'Confirm your new e-mail address',
    happened: 'This is to be the address of an account at Lifeline from now on. Confirm that it is yours.',
    ...withLink(data, context, 'verify', LINK_MS.verify, 'Confirm the address'),
    text: 'If you know nothing about it, do nothing.',
  }),
  'user.created': (data, context) => ({
    subject: 'You are invited to Lifeline',
    happened: 'An account at Lifeline was made for you. Choose a password, and it is yours.',
    ...withLink(data, context, 'reset', LINK_MS.invitation, 'Choose a password'),
  }),
  'user.password.reset.requested': (data, context) => ({
    subject: 'Choose a new password',
    happened: 'Somebody, most likely you, asked for a new password for your account at Lifeline.',
    ...withLink(data, context, 'reset', LINK_MS.reset, 'Choose a new password'),
    text: 'If it was not you, do nothing: your password stays as it is.',
  }),
  'user.password.changed': (data, context) => ({
    subject: 'Your password was changed',
    happened: 'The password of your account at Lifeline was changed. Whoever was logged in has to log in again.',
    facts: [['When', longTime(new Date(data.at), context.timeZone)]],
    text: 'If it was not you, ask for a new password at once, and tell those who run Lifeline.',
  }),
}

/** Its data is that of a session. */
export function reusedMail({ after }: SessionEventData, { timeZone }: MailContext): MailContent {
  return {
    subject: 'A login of yours was ended',
    happened: 'A token that had been replaced already was used again, so that somebody else may have a copy of it. That login was ended.',
    facts: [['Begun', longTime(new Date(after.createdAt), timeZone)]],
    text: 'Log in again. If you fear that somebody knows your password, change it: that ends all logins.',
  }
}

/** A link to one of the account's pages, with a token that is made here and stored nowhere. */
function withLink({ after }: UserMailData, context: MailContext, purpose: LinkPurpose, lifeMs: number, label: string) {
  const { publicUrl, timeZone, secrets, recipient, queuedAt } = context
  const expiresAt = new Date(queuedAt.getTime() + lifeMs)
  const token = makeLinkToken(secrets, purpose, { userId: after.id, email: recipient, passwordAt: after.passwordAt }, expiresAt)
  return {
    facts: [['Works till', longTime(expiresAt, timeZone)]] as const,
    link: { url: `${publicUrl}/account/${purpose}?token=${token}`, label },
  }
}
