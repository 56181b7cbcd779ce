import { execFile } from 'node:child_process'
import { chmodSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { giveAway } from './unprivileged-user.ts'

export interface Certificates {
  /** The authority that signed the server's certificate, and that no system trusts. */
  caFile: string
  certFile: string
  keyFile: string
}

/** A server's certificate that is good for the name `localhost`, and not for 127.0.0.1. */
export async function makeCertificates(folder: string): Promise<Certificates> {
  const openssl = (...args: string[]) => promisify(execFile)('openssl', args, { cwd: folder })
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '30']
  await openssl('req', '-x509', ...key, '-subj', '/CN=Lifeline test authority', '-keyout', 'ca.key', '-out', 'ca.pem')
  await openssl('req', ...key, '-subj', '/CN=localhost', '-keyout', 'server.key', '-out', 'server.csr')
  writeFileSync(join(folder, 'server.ext'), 'subjectAltName = DNS:localhost\nextendedKeyUsage = serverAuth\n')
  const signed = ['-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial', '-days', '30', '-extfile', 'server.ext']
  await openssl('x509', '-req', '-in', 'server.csr', ...signed, '-out', 'server.pem')
  const keyFile = join(folder, 'server.key')
  chmodSync(keyFile, 0o600)
  giveAway(keyFile)
  return { caFile: join(folder, 'ca.pem'), certFile: join(folder, 'server.pem'), keyFile }
}
