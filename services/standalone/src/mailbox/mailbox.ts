import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import PostalMime from 'postal-mime'
import { v7 as uuidv7 } from 'uuid'

export interface CaughtMail {
  id: string
  to: string
  subject: string
  text: string
  html: string
  at: string
}

/** The oldest go when there are more. */
const KEEP = 1_000

/**
 * Mails caught instead of sent, as `.eml` files in a folder, so that they survive a restart and open in any mail
 * program. The newest first.
 */
export async function openMailbox(folder: string) {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const files = (await readdir(folder)).filter((file) => file.endsWith('.eml')).sort()
  const mails = new Map<string, CaughtMail>()
  const readMail = async (id: string) => mails.set(id, await parse(id, await readFile(`${folder}/${id}.eml`)))
  for (const file of files.slice(0, -KEEP)) await rm(`${folder}/${file}`)
  for (const file of files.slice(-KEEP)) await readMail(file.slice(0, -'.eml'.length))

  return {
    /** Stores a mail; resolves when it is safe on disk. */
    async add(raw: Buffer): Promise<void> {
      const id = uuidv7()
      await writeFile(`${folder}/${id}.part`, raw, { flush: true })
      await rename(`${folder}/${id}.part`, `${folder}/${id}.eml`)
      await readMail(id)
      const oldest = mails.keys().next().value
      if (mails.size > KEEP && oldest !== undefined) {
        mails.delete(oldest)
        await rm(`${folder}/${oldest}.eml`, { force: true })
      }
    },
    list: (): CaughtMail[] => [...mails.values()].reverse(),
    find: (id: string): CaughtMail | undefined => mails.get(id),
  }
}
export type Mailbox = Awaited<ReturnType<typeof openMailbox>>

async function parse(id: string, raw: Buffer): Promise<CaughtMail> {
  const mail = await PostalMime.parse(raw)
  const to = (mail.to ?? []).map((address) => address.address ?? '').join(', ')
  return { id, to, subject: mail.subject ?? '', text: mail.text ?? '', html: mail.html ?? '', at: mail.date ?? new Date().toISOString() }
}
