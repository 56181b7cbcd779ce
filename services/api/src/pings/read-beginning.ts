import type { Readable } from 'node:stream'
import { MOST_BODY } from '@lifeline/backbone/db/schedulers/ping'

/** A character more than is kept, so that it is seen to be cut. */
const READ = MOST_BODY + 4

/** Reads a body of any type to its end, and answers its beginning as a text: whoever reports much has reported all the same. */
export async function readBeginning(body: Readable): Promise<string> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of body as AsyncIterable<Buffer>) {
    if (length < READ) chunks.push(chunk.subarray(0, READ - length))
    length += chunk.length
  }
  return Buffer.concat(chunks).toString()
}

/** What a job that failed says last is most often why. */
export function lastLine(text: string): string | null {
  const lines = text.split(/\r?\n/).map((line) => line.trim())
  return lines.findLast((line) => line !== '')?.slice(0, 300) ?? null
}
