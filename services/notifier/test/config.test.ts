import { readConfig } from '@lifeline/backbone/process/read-config'
import t from 'tap'
import { NotifierConfig } from '../src/config.ts'

const NEEDED = {
  DATABASE_URL: 'postgres://localhost/lifeline',
  MAIL_URL: 'smtp://localhost',
  LIFELINE_SECRET: 'a secret of tests, for nothing that lasts',
}

t.test('without further words mails have a sender, a link and a zone', async (t) => {
  t.match(readConfig(NotifierConfig, NEEDED), { MAIL_FROM: /@/, PUBLIC_URL: /^http:/, TIME_ZONE: 'UTC' })
})

t.test('a zone that does not exist is found at the start, not at the first mail', async (t) => {
  t.equal(readConfig(NotifierConfig, { ...NEEDED, TIME_ZONE: 'Asia/Kathmandu' }).TIME_ZONE, 'Asia/Kathmandu')
  t.throws(() => readConfig(NotifierConfig, { ...NEEDED, TIME_ZONE: 'Europe/Atlantis' }), /TIME_ZONE is no time zone\. The zone/)
})

t.test('a MAIL_URL or OPS_URL of another kind is refused', async (t) => {
  t.throws(() => readConfig(NotifierConfig, { ...NEEDED, MAIL_URL: 'pigeon://roof' }), /MAIL_URL/)
  t.throws(() => readConfig(NotifierConfig, { ...NEEDED, OPS_URL: 'ftp://example.org' }), /OPS_URL/)
})

t.test('credentials in a ses:// URL are refused: nobody would use them', async (t) => {
  t.match(readConfig(NotifierConfig, { ...NEEDED, MAIL_URL: 'ses://eu-west-1?endpoint=http://127.0.0.1:9' }), { MAIL_URL: /^ses/ })
  t.throws(
    () => readConfig(NotifierConfig, { ...NEEDED, MAIL_URL: 'ses://ann:hunter2@eu-west-1' }),
    /^MAIL_URL has a user, which ses:\/\/ does not take/,
  )
  t.throws(() => readConfig(NotifierConfig, { ...NEEDED, MAIL_URL: 'ses://' }), /^MAIL_URL must be ses:\/\/region/)
})
