import { DICTIONARY } from './dictionary.ts'
import { connectToH2 } from './line-client.ts'

async function onServer(port: number, request: Record<string, unknown>): Promise<void> {
  const client = await connectToH2(port)
  const { error } = await client.send(request)
  client.end()
  if (error !== undefined) throw new Error(`H2: ${error.message}`)
}

/** Makes an empty database that looks like a new Oracle user's schema. */
export async function createH2Database(port: number, database: string): Promise<void> {
  await onServer(port, { op: 'create', database })
  const client = await connectToH2(port)
  await client.send({ op: 'open', database })
  for (const sql of DICTIONARY) {
    const { error } = await client.send({ op: 'execute', sql, binds: [[]] })
    if (error !== undefined) throw new Error(`H2: ${error.message}`)
  }
  await client.send({ op: 'commit' })
  client.end()
}

export const copyH2Database = (port: number, from: string, database: string) => onServer(port, { op: 'copy', from, database })
export const dropH2Database = (port: number, database: string) => onServer(port, { op: 'drop', database })
