import { isEmail, isInstant, isReminder, isUuid } from '@lifeline/api/formats'
import { Ajv, type ValidateFunction } from 'ajv'
import type { Operation, Schema } from './operations.ts'

export interface Answer {
  status: number
  headers: Readonly<Record<string, unknown>>
  body: string
}

const ajv = new Ajv({
  strict: false,
  allowUnionTypes: true,
  formats: {
    email: isEmail,
    'date-time': isInstant,
    duration: isReminder,
    uuid: isUuid,
    uri: (text: string) => URL.canParse(text),
    cron: true,
    'time-zone': true,
  },
})
const compiled = new WeakMap<Schema, ValidateFunction>()

/** Holds answers to what every answer must be, and to what the operation declares. Each code belongs to one status. */
export function makeChecker() {
  const statusOfCode = new Map<string, number>()

  /** What is wrong with an answer, in words that are the same for the same mistake; undefined when nothing is. */
  return function check({ status, headers, body }: Answer, operation: Operation | undefined, method: string): string | undefined {
    if (status >= 500) return `answers ${status}`
    if (typeof headers['x-request-id'] !== 'string') return `answers ${status} without x-request-id`
    if (/\n\s+at |node_modules|\.ts:\d+/.test(body)) return `answers ${status} with a stack`
    const declared = operation?.responses[status]
    if (operation !== undefined && declared === undefined) return `answers ${status} (${codeOf(body)}), which is not declared`
    if (body === '') return status < 400 || method === 'HEAD' ? undefined : `answers ${status} without a body`
    const type = String(headers['content-type']).split(';')[0]
    if (status >= 400) return problemProblem(status, type, body, headers) ?? schemaProblem(declared?.schema, status, body)
    if (operation === undefined) return undefined
    if (type !== declared?.type) return `answers ${status} as ${type}, declared is ${declared?.type || 'no body'}`
    return /json/.test(type ?? '') ? schemaProblem(declared?.schema, status, body) : undefined
  }

  function problemProblem(status: number, type: string | undefined, body: string, headers: Answer['headers']): string | undefined {
    if (type !== 'application/problem+json') return `answers ${status} as ${type}`
    const problem = JSON.parse(body) as Record<string, unknown>
    const code = String(problem.code)
    if (!/^[a-z]+(_[a-z]+)*$/.test(code)) return `answers ${status} with the code ${code}`
    if (problem.status !== status) return `says the status ${problem.status} in a ${status}`
    if (problem.request_id !== headers['x-request-id']) return `says another request_id than its header (${code})`
    if (typeof problem.detail !== 'string' || problem.detail === '') return `answers ${status} (${code}) without a detail`
    const before = statusOfCode.get(code) ?? status
    statusOfCode.set(code, before)
    return before === status ? undefined : `answers the code ${code} with ${status}, elsewhere with ${before}`
  }
}

function codeOf(body: string): string {
  return /"code":"(\w+)"/.exec(body)?.[1] ?? 'no code'
}

function schemaProblem(schema: Schema | undefined, status: number, body: string): string | undefined {
  if (schema === undefined) return undefined
  const fits = compiled.get(schema) ?? ajv.compile(schema)
  compiled.set(schema, fits)
  if (fits(JSON.parse(body))) return undefined
  const [error] = fits.errors ?? []
  return `answers ${status}, whose ${error?.instancePath.replace(/\/\d+/g, '/…')} ${error?.message}`
}
