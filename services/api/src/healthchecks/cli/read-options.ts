import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { ConfigError, type Env, readConfig } from '@lifeline/backbone/process/read-config'
import { UsageError } from '../../usage-error.ts'
import { ImportConfig } from './config.ts'

const USAGE = `Use: npm run import -- --from FILE|URL [--from-key KEY] [--to URL]
  --from      a file with the answer of GET /api/v3/checks/ of healthchecks, or its address, like https://healthchecks.io
  --from-key  a key of the project there, else HEALTHCHECKS_API_KEY; one that may only read does not tell ping addresses
  --to        where Lifeline is; http://127.0.0.1:3000 unless given. Its key is LIFELINE_API_KEY, or that of npm start.`

const OPTIONS = {
  from: { type: 'string' },
  'from-key': { type: 'string' },
  to: { type: 'string', default: 'http://127.0.0.1:3000' },
} as const

export interface ImportOptions {
  from: { file: string } | { url: string; key: string }
  to: { url: string; key: string }
}

/** What the arguments and the environment ask for. Throws UsageError with all that is wrong, and how it is called. */
export function readOptions(args: readonly string[], env: Env): ImportOptions {
  const problems: string[] = []
  const trying = <T>(read: () => T): T | undefined => {
    try {
      return read()
    } catch (error) {
      if (!(error instanceof ConfigError || (error instanceof TypeError && 'code' in error))) throw error
      problems.push(error.message)
      return undefined
    }
  }
  const values = trying(() => parseArgs({ args: [...args], options: OPTIONS }).values)
  const config = trying(() => readConfig(ImportConfig, env))
  if (values !== undefined) {
    const { from, to } = values
    const fromKey = values['from-key'] ?? config?.HEALTHCHECKS_API_KEY
    const toKey = config?.LIFELINE_API_KEY ?? keptKey(config?.LIFELINE_DATA)
    const isUrl = /^[a-z]+:\/\//i.test(from ?? '')
    if (from === undefined || from === '') problems.push('--from is missing: a file, or an address like https://healthchecks.io.')
    else if (isUrl && !isHttp(from)) problems.push(`--from must be a file or an http(s) address, not ${from}.`)
    else if (!isUrl && !existsSync(from)) problems.push(`--from: there is no file ${from}.`)
    if (isUrl && (fromKey === undefined || fromKey === ''))
      problems.push('A key of healthchecks is missing: --from-key, or HEALTHCHECKS_API_KEY.')
    if (values['from-key'] !== undefined && !/^[\x21-\x7e]+$/.test(values['from-key']))
      problems.push('--from-key must be a key, without blanks.')
    if (!isHttp(to)) problems.push(`--to must be an http(s) address, not ${to}.`)
    if (config !== undefined && toKey === undefined)
      problems.push('A key of Lifeline is missing: LIFELINE_API_KEY, or the one that npm start keeps in the folder LIFELINE_DATA.')
    if (problems.length === 0) {
      const source = isUrl ? { url: base(from ?? ''), key: fromKey ?? '' } : { file: from ?? '' }
      return { from: source, to: { url: base(to), key: toKey ?? '' } }
    }
  }
  throw new UsageError(`${problems.join('\n')}\n${USAGE}`)
}

const isHttp = (text: string) => /^https?:$/.test(URL.parse(text)?.protocol ?? '')

/** Also of an address that was copied from its documentation. */
const base = (url: string) => url.replace(/\/+$/, '').replace(/\/api\/v3(\/checks)?$/, '')

function keptKey(folder: string | undefined): string | undefined {
  const file = join(folder ?? '', 'api-key')
  return folder !== undefined && existsSync(file) ? readFileSync(file, 'utf8').trim() : undefined
}
