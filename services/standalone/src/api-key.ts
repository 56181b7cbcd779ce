import { randomBytes } from 'node:crypto'
import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises'

/** The system key in `<folder>/api-key`, made at the first start, so that yesterday's curl still works. */
export async function findOrMakeApiKey(folder: string): Promise<string> {
  const file = `${folder}/api-key`
  await mkdir(folder, { recursive: true, mode: 0o700 })
  // Linked when it is whole: whoever comes second, or after a kill, never reads half a key.
  const mine = `${file}.${randomBytes(4).toString('hex')}`
  await writeFile(mine, `llk_local_${randomBytes(24).toString('hex')}\n`, { mode: 0o600 })
  await link(mine, file).catch(ignoreExisting)
  await rm(mine)
  return (await readFile(file, 'utf8')).trim()
}

function ignoreExisting(error: NodeJS.ErrnoException) {
  if (error.code !== 'EEXIST') throw error
}
