/**
 * Virtual hosts on a broker that somebody else runs (TEST_BROKER_URL): by its management API, at
 * TEST_BROKER_MANAGEMENT_URL or port 15672 of the same host, with the same user.
 */
export async function addVhostsByManagement(broker: string, names: readonly string[]): Promise<void> {
  const user = new URL(broker).username || 'guest'
  for (const name of names) {
    await call(broker, 'PUT', `/api/vhosts/${name}`)
    await call(broker, 'PUT', `/api/permissions/${name}/${user}`, { configure: '.*', write: '.*', read: '.*' })
  }
}

export async function removeVhostsByManagement(broker: string, names: readonly string[]): Promise<void> {
  for (const name of names) await call(broker, 'DELETE', `/api/vhosts/${name}`)
}

async function call(broker: string, method: string, path: string, body: unknown = {}): Promise<void> {
  const { username, password, hostname } = new URL(broker)
  const base = process.env.TEST_BROKER_MANAGEMENT_URL ?? `http://${hostname}:15672`
  const credentials = [username || 'guest', password || 'guest'].map(decodeURIComponent).join(':')
  const headers = { authorization: `Basic ${Buffer.from(credentials).toString('base64')}`, 'content-type': 'application/json' }
  const response = await fetch(new URL(path, base), { method, headers, body: JSON.stringify(body) }).catch((error) => {
    throw new Error(`The tests need virtual hosts on TEST_BROKER_URL, and its management API at ${base} cannot be reached.`, {
      cause: error,
    })
  })
  await response.body?.cancel()
  if (!response.ok) throw new Error(`${method} ${path} of RabbitMQ's management API answered ${response.status}.`)
}
