import { type LookupAddress, type LookupOptions, lookup } from 'node:dns'
import { BlockList, isIP } from 'node:net'

/** The URL of a channel leads to an address that is none of the public Internet. */
export class PrivateAddressError extends Error {
  override name = 'PrivateAddressError'
  constructor(host: string) {
    super(`${host} is not in the public Internet; WEBHOOK_ALLOW_PRIVATE=true would allow it`)
  }
}

/** IPv4 that is not globally reachable (IANA's special-purpose registry), multicast, and what is reserved; 169.254 has clouds' metadata. */
const SPECIAL_V4 = blockList('ipv4', [
  ...['0.0.0.0/8', '10.0.0.0/8', '100.64.0.0/10', '127.0.0.0/8', '169.254.0.0/16', '172.16.0.0/12', '192.0.0.0/24', '192.0.2.0/24'],
  ...['192.88.99.0/24', '192.168.0.0/16', '198.18.0.0/15', '198.51.100.0/24', '203.0.113.0/24', '224.0.0.0/4', '240.0.0.0/4'],
])
/** Of IPv6 only this is given out; within it, tunnels that lead to any IPv4, and examples. */
const GLOBAL_V6 = blockList('ipv6', ['2000::/3'])
const SPECIAL_V6 = blockList('ipv6', ['2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20'])

export function isPublic(address: string): boolean {
  const family = isIP(address)
  if (family === 4) return !SPECIAL_V4.check(address, 'ipv4')
  return family === 6 && GLOBAL_V6.check(address, 'ipv6') && !SPECIAL_V6.check(address, 'ipv6')
}

/** Throws PrivateAddressError when a host is written as an address that is not public. Names are looked at when they are looked up. */
export function refusePrivateHost(hostname: string): void {
  const host = hostname.replace(/^\[|\]$/g, '')
  if (isIP(host) !== 0 && !isPublic(host)) throw new PrivateAddressError(hostname)
}

type Callback = (error: Error | null, address: string | LookupAddress[], family?: number) => void

/**
 * `dns.lookup` that fails when any address of a name is not public. As the `lookup` of a connection it leaves no moment in which
 * the name could come to mean another address: what it answers is what is connected to.
 */
export function lookupPublic(hostname: string, options: LookupOptions, callback: Callback): void {
  lookup(hostname, { ...options, all: true }, (error, addresses) => {
    if (error !== null) return callback(error, [])
    if (!addresses.every(({ address }) => isPublic(address))) return callback(new PrivateAddressError(hostname), [])
    const [first] = addresses
    if (options.all === true) callback(null, addresses)
    else callback(null, first?.address ?? '', first?.family)
  })
}

function blockList(family: 'ipv4' | 'ipv6', ranges: readonly string[]): BlockList {
  const list = new BlockList()
  for (const range of ranges) {
    const [network = '', prefix] = range.split('/')
    list.addSubnet(network, Number(prefix), family)
  }
  return list
}
