import type { UserFacts } from '@lifeline/backbone/db/users/user'
import { isLinkToken, type LinkPurpose } from '@lifeline/backbone/link-token'
import { makeSecrets } from '@lifeline/backbone/process/secrets'
import t from 'tap'
import { renderMail } from '../src/mail/render.ts'

const secrets = makeSecrets('a secret of tests, for nothing that lasts')
const QUEUED = new Date('2026-12-04T09:00:00.000Z')
const ID = '019cb3a0-0000-7000-8000-000000000001'
const context = { publicUrl: 'https://tasks.example.org/x', timeZone: 'UTC', secrets, recipient: 'Ann@example.org', queuedAt: QUEUED }
const FACTS: UserFacts = {
  ...{ id: ID, role: 'member', status: 'Unverified', passwordAt: '2026-12-01T00:00:00.000Z', version: 1 },
  ...{ createdAt: QUEUED.toISOString(), updatedAt: QUEUED.toISOString() },
}
const render = (template: string) =>
  renderMail(template, { after: FACTS, changed: [], actor: `user:${ID}`, at: '2026-12-04T08:59:00.000Z' }, context)

/** The user as the database has them when the link comes back. */
const USER = {
  ...{
    id: ID,
    email: 'Ann@example.org',
    email_key: 'ann@example.org',
    name: 'Ann',
    role: 'member' as const,
    status: 'Unverified' as const,
  },
  ...{ password_hash: 'x', password_at: new Date('2026-12-01T00:00:00.000Z'), founder: null, version: 1 },
  ...{ created_at: QUEUED, updated_at: QUEUED, deleted_at: null },
}

const LINKS: [template: string, subject: string, purpose: LinkPurpose, hours: number][] = [
  ['user.registered', 'Confirm your e-mail address', 'verify', 24],
  ['user.verification.requested', 'Confirm your e-mail address', 'verify', 24],
  ['user.email.changed', 'Confirm your new e-mail address', 'verify', 24],
  ['user.created', 'You are invited to Lifeline', 'reset', 168],
  ['user.password.reset.requested', 'Choose a new password', 'reset', 1],
]

for (const [template, subject, purpose, hours] of LINKS) {
  t.test(`${template}: its link works for ${hours} hours from when the mail was ordered`, async (t) => {
    const mail = render(template)
    t.equal(mail.subject, subject)
    const [, url = '', token = ''] = /(https:\/\/tasks\.example\.org\/x\/account\/\w+)\?token=(\S+)/.exec(mail.text) ?? []
    t.equal(url, `https://tasks.example.org/x/account/${purpose}`)
    t.ok(mail.html.includes(`<a href="${url}?token=${token}">`))
    const works = (at: number, user = USER) => isLinkToken(secrets, purpose, token, user, new Date(QUEUED.getTime() + at))
    t.equal(works(hours * 3_600_000 - 1), true)
    t.equal(works(hours * 3_600_000), false)
    t.equal(works(0, { ...USER, email_key: 'eve@example.org' }), false, 'not for another address')
    t.equal(works(0, { ...USER, id: ID.replace('1', '2') }), false, 'nor another user')
    t.equal(works(0, { ...USER, password_at: QUEUED }), purpose === 'verify', 'a new password ends links that set one')
    t.equal(isLinkToken(secrets, purpose === 'verify' ? 'reset' : 'verify', token, USER, QUEUED), false, 'nor for another purpose')
    t.equal(isLinkToken(makeSecrets('another secret of tests, for nothing'), purpose, token, USER, QUEUED), false, 'nor elsewhere')
    t.strictSame(render(template), mail, 'sent again it is the same mail')
  })
}

t.test('a warning holds no link', async (t) => {
  const mail = render('user.password.changed')
  t.match(mail, { subject: 'Your password was changed', text: /If it was not you/ })
  const after = { id: ID, userId: ID, status: 'Ended', version: 3, createdAt: QUEUED.toISOString() }
  const reused = renderMail('user.session.reused', { after, actor: 'system:api', at: QUEUED.toISOString() }, context)
  t.match(reused, { subject: 'A login of yours was ended', text: /Begun: +Friday, 4 December 2026/ })
  for (const { text, html } of [mail, reused]) t.notMatch(text + html, /https?:|undefined|null/)
})
