import { makeSecrets } from '@lifeline/backbone/process/secrets'
import t from 'tap'

const secrets = makeSecrets('a secret of more than thirty-two characters')
const others = makeSecrets('another secret of more than thirty-two characters')

t.test('what is sealed opens with the same secret and purpose only, and only as it was', async (t) => {
  const sealed = secrets.seal('signing keys', 'für Ann')
  t.equal(secrets.open('signing keys', sealed), 'für Ann')
  t.not(secrets.seal('signing keys', 'für Ann'), sealed, 'the same text is never sealed alike')
  t.throws(() => others.open('signing keys', sealed))
  t.throws(() => secrets.open('webhooks', sealed))
  const bytes = Buffer.from(sealed.slice(3), 'base64url')
  for (const at of [0, 12, bytes.length - 1]) {
    const changed = Buffer.from(bytes)
    changed[at] = (changed[at] ?? 0) ^ 1
    t.throws(() => secrets.open('signing keys', `v1.${changed.toString('base64url')}`), `byte ${at}`)
  }
  t.throws(() => secrets.open('signing keys', 'v1.'))
  t.throws(() => secrets.open('signing keys', 'plain text'), /not sealed/)
})

t.test('a keyed hash depends on secret, purpose and text', async (t) => {
  const mac = secrets.mac('refresh', 'token')
  t.equal(secrets.mac('refresh', 'token'), mac)
  t.equal(new Set([mac, secrets.mac('verify', 'token'), secrets.mac('refresh', 'other'), others.mac('refresh', 'token')]).size, 4)
})
