import { randomBytes } from 'node:crypto'
import { mkdir, readFile, writeFile } from 'node:fs/promises'

/** The system key in `<folder>/api-key`, made at the first start, so that yesterday's curl still works. */
export async function findOrMakeApiKey(folder: string): Promise<string> {
  const file = `${folder}/api-key`
  await mkdir(folder, { recursive: true, mode: 0o700 })
  // Whoever comes second reads what the first one wrote.
  await writeFile(file, `llk_local_${randomBytes(24).toString('hex')}\n`, { flag: 'wx', mode: 0o600 }).catch(ignoreExisting)
  return (await readFile(file, 'utf8')).trim()
}

function ignoreExisting(error: NodeJS.ErrnoException) {
  if (error.code !== 'EEXIST') throw error
}
