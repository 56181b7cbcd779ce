import { DomainError } from '@lifeline/backbone/db/errors'
import { whyOf } from '@lifeline/backbone/process/why-of'

/** What could not be done, in a sentence. */
export class ImportError extends DomainError {
  override name = 'ImportError'
  constructor(message: string) {
    super('import_failed', message)
  }
}

const TIMEOUT_MS = 60_000

/** Sends a request and answers the JSON of its answer. Throws ImportError; `who` is whom it is about. */
export async function ask(who: string, url: string, init: RequestInit): Promise<unknown> {
  const where = `${who} at ${new URL(url).origin}`
  let response: Response
  let text: string
  try {
    response = await fetch(url, { ...init, signal: AbortSignal.timeout(TIMEOUT_MS) })
    text = await response.text()
  } catch (error) {
    throw new ImportError(`${where} cannot be reached: ${whyOf((error as Error).cause) || whyOf(error)}.`)
  }
  if (response.status === 401) throw new ImportError(`${where} does not know this key (401).`)
  if (response.status === 403) throw new ImportError(`${where} does not let this key do it (403).`)
  const json = parse(text)
  if (!response.ok) throw new ImportError(`${where} answered ${response.status}${detailOf(json)}.`)
  if (json === undefined) throw new ImportError(`${where} answered something that is no JSON; is this its address?`)
  return json
}

export function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function detailOf(json: unknown): string {
  const { detail } = (json ?? {}) as { detail?: unknown }
  return typeof detail === 'string' ? `: ${detail.replace(/\.$/, '')}` : ''
}
