import type { LookupAddress } from 'node:dns'
import t from 'tap'
import { retryAfterMs } from '../src/senders/post.ts'
import { isPublic, lookupPublic, refusePrivateHost } from '../src/senders/public-address.ts'

const PUBLIC = ['1.1.1.1', '93.184.216.34', '172.32.0.1', '100.128.0.1', '169.253.0.1', '2606:4700:4700::1111', '2a00:1450:4001::1']
const PRIVATE = [
  ...['127.0.0.1', '127.9.9.9', '0.0.0.0', '10.0.0.1', '172.16.0.1', '172.31.255.255', '192.168.1.1', '100.64.0.1', '169.254.169.254'],
  ...['192.0.2.1', '198.18.0.1', '203.0.113.9', '224.0.0.1', '255.255.255.255', '100.100.100.200'],
  ...['::1', '::', 'fe80::1', 'fc00::1', 'fd00:ec2::254', 'ff02::1', '::ffff:127.0.0.1', '::ffff:8.8.8.8', '64:ff9b::7f00:1'],
  ...['2002:7f00:1::', '2001:db8::1', '2001::1', 'localhost', ''],
]

t.test('what is of the public Internet is told from what is not', async (t) => {
  for (const address of PUBLIC) t.ok(isPublic(address), address)
  for (const address of PRIVATE) t.notOk(isPublic(address), address)
})

t.test('a host that is an address is looked at as it is written, in whatever way', async (t) => {
  for (const url of [
    'http://127.1/',
    'http://0x7f000001/',
    'http://2130706433/',
    'http://[::1]/',
    'http://[::ffff:10.0.0.1]/',
    'http://017700000001/',
  ])
    t.throws(() => refusePrivateHost(new URL(url).hostname), { name: 'PrivateAddressError' }, url)
  for (const url of ['http://1.1.1.1/', 'http://example.org/', 'http://[2606:4700:4700::1111]/'])
    t.doesNotThrow(() => refusePrivateHost(new URL(url).hostname), url)
})

t.test('a name that leads here is refused when it is looked up', async (t) => {
  for (const all of [true, false]) {
    const error = await new Promise<Error | null>((resolve) => lookupPublic('localhost', { all }, (error: Error | null) => resolve(error)))
    t.match(error, { name: 'PrivateAddressError', message: /^localhost is not in the public Internet/ })
  }
  // An address is its own name: this asks no server.
  const one = await new Promise((resolve) => lookupPublic('1.1.1.1', {}, (_, address, family) => resolve([address, family])))
  t.strictSame(one, ['1.1.1.1', 4])
  const list = await new Promise<string | LookupAddress[]>((resolve) =>
    lookupPublic('1.1.1.1', { all: true }, (_, found) => resolve(found)),
  )
  t.strictSame(list, [{ address: '1.1.1.1', family: 4 }])
})

t.test('Retry-After is seconds or an instant, and anything else is none', async (t) => {
  const now = Date.parse('2026-03-02T12:00:00Z')
  const CASES: [string | undefined, number][] = [
    [undefined, 0],
    ['30', 30_000],
    [' 5 ', 5_000],
    ['Mon, 02 Mar 2026 12:01:00 GMT', 60_000],
    ['Mon, 02 Mar 2026 11:00:00 GMT', 0],
    ['soon', 0],
    ['-5', 0],
    ['999999999', 6 * 3_600_000],
  ]
  for (const [header, ms] of CASES) t.equal(retryAfterMs(header, now), ms, String(header))
})
