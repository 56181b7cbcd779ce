import { registerHooks } from 'node:module'
import type * as Errors from '@lifeline/backbone/db/dialect/oracle/errors'
import type * as Open from '@lifeline/backbone/db/dialect/oracle/open'
import { FAULTS } from './faults.ts'

export interface Mutant {
  oracleDialect: typeof Open.oracleDialect
  oracleError: typeof Errors.oracleError
}

const FOLDER = '/db/dialect/oracle/'
const MARK = 'mutant'

/**
 * Each mutant is the dialect's files once more, under URLs of their own, one of them with a fault in it. What lies
 * outside the folder is shared.
 */
registerHooks({
  resolve(specifier, context, next) {
    const found = next(specifier, context)
    const mutant = new URL(context.parentURL ?? 'file:///').searchParams.get(MARK)
    return mutant !== null && found.url.includes(FOLDER) ? { ...found, url: `${found.url}?${MARK}=${mutant}` } : found
  },
  load(url, context, next) {
    const { pathname, searchParams } = new URL(url)
    const loaded = next(url, context)
    const fault = FAULTS[Number(searchParams.get(MARK) ?? -1)]
    if (fault === undefined || !pathname.endsWith(FOLDER + fault.file)) return loaded
    const source = String(loaded.source)
    if (source.split(fault.from).length !== 2)
      throw new Error(`The fault "${fault.name}" is not to be had: ${fault.file} has not once ${fault.from}`)
    return { ...loaded, source: source.replace(fault.from, () => fault.to) }
  },
})

/** The dialect with a fault, or, with -1, as it is. */
export async function loadMutant(number: number): Promise<Mutant> {
  const folder = new URL(`../../../../backbone/src${FOLDER}`, import.meta.url)
  const load = (file: string) => import(`${new URL(file, folder).href}?${MARK}=${number}`)
  const [{ oracleDialect }, { oracleError }] = await Promise.all([load('open.ts'), load('errors.ts')])
  return { oracleDialect, oracleError }
}
