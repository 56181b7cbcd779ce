import { randomBytes } from 'node:crypto'
import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises'

const random = (bytes: number) => randomBytes(bytes).toString('hex')

/** The system key in `<folder>/api-key`, made at the first start, so that yesterday's curl still works. */
export const findOrMakeApiKey = (folder: string) => findOrMake(folder, 'api-key', () => `llk_local_${random(24)}`)

/** LIFELINE_SECRET in `<folder>/secret`, made at the first start: what was sealed yesterday opens today. */
export const findOrMakeSecret = (folder: string) => findOrMake(folder, 'secret', () => random(32))

async function findOrMake(folder: string, name: string, make: () => string): Promise<string> {
  const file = `${folder}/${name}`
  await mkdir(folder, { recursive: true, mode: 0o700 })
  // Linked when it is whole: whoever comes second, or after a kill, never reads half a secret.
  const mine = `${file}.${random(4)}`
  await writeFile(mine, `${make()}\n`, { mode: 0o600 })
  await link(mine, file).catch(ignoreExisting)
  await rm(mine)
  return (await readFile(file, 'utf8')).trim()
}

function ignoreExisting(error: NodeJS.ErrnoException) {
  if (error.code !== 'EEXIST') throw error
}
