import type { Registration } from '@lifeline/backbone/db/schedulers/register-scheduler'
import Type, { type Static } from 'typebox'
import { invalid } from '../problem.ts'
import { makeCheck } from '../validation.ts'
import { CheckBody, toRegistration } from './check-input.ts'

/** As many as a list in a body may have. */
export const MOST_CHECKS = 1_000

/** A check as healthchecks lists it. What is wrong with one is said of that one; so the schema of the whole asks for little. */
const Check = Type.Object({}, { additionalProperties: true, description: 'a check of healthchecks (a JSON object)' })

export const ImportBody = Type.Object(
  { checks: Type.Array(Check, { maxItems: MOST_CHECKS, description: `a list of at most ${MOST_CHECKS} checks` }) },
  {
    additionalProperties: true,
    description: 'a JSON object, the answer of GET /api/v3/checks/ of healthchecks',
    examples: [{ checks: [{ name: 'backups', tags: 'prod www', timeout: 3_600, grace: 60, status: 'up' }] }],
  },
)

/** What a check would be here. */
export interface ReadCheck extends Pick<Registration, 'name' | 'pingToken' | 'paused'> {
  registration: ReturnType<typeof toRegistration>
  slug: string | undefined
  /** Names of its members that have no like here. */
  leftOut: string[]
}

/** Members that matter there and have no like here, and the values that are as if there were none. */
const LEFT_OUT = [
  ...['desc', 'methods', 'channels', 'subject', 'subject_fail', 'start_kw', 'success_kw', 'failure_kw'],
  ...['filter_subject', 'filter_body', 'filter_http_body', 'filter_default_fail'],
]
const isNothing = (value: unknown) => value === undefined || value === null || value === '' || value === false

const { name, tags, timeout, grace, schedule, tz } = CheckBody.properties
const check = makeCheck(Type.Object({ name, tags, timeout, grace, schedule, tz }))
const TOKEN = /^(?!llk_)[\w-]{20,40}$/
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/** Reads one check. Throws what is wrong with it, by healthchecks' names. */
export function readCheck(given: Static<typeof Check>): ReadCheck {
  const from = given as Record<string, unknown>
  const known = Object.keys(CheckBody.properties).filter((key) => key !== 'channels' && key !== 'unique' && !isNothing(from[key]))
  const pingToken = tokenOf(from)
  const slug = typeof from.slug === 'string' ? from.slug : undefined
  const named = { name: slug ?? pingToken, ...Object.fromEntries(known.map((key) => [key, from[key]])) }
  const body = check(named)
  if (body.schedule !== undefined && /[:~]|\.\./.test(body.schedule)) throw onCalendar(body.schedule)
  // A check has both, and the schedule counts.
  const { timeout: _, ...timed } = body
  return {
    name: body.name,
    registration: toRegistration(body.schedule === undefined ? body : timed),
    pingToken,
    paused: from.status === 'paused' ? { sticky: from.manual_resume === true } : undefined,
    slug,
    leftOut: [...LEFT_OUT.filter((key) => !isNothing(from[key])), ...(pingToken === undefined ? ['ping_url'] : [])],
  }
}

/**
 * What its address ends with, so that whoever pings it needs another host only. A key that may only read is not told: then
 * undefined.
 */
function tokenOf({ ping_url: url, uuid }: Record<string, unknown>): string | undefined {
  if (isNothing(url) && isNothing(uuid)) return undefined
  const text = String(isNothing(url) ? uuid : url)
  const last =
    text
      .replace(/[?#].*/, '')
      .split('/')
      .at(-1) ?? ''
  const token = UUID.test(last.toLowerCase()) ? last.toLowerCase() : last
  if (TOKEN.test(token)) return token
  const [field, what] = isNothing(url) ? ['uuid', 'a UUID'] : ['ping_url', 'an address that ends with a UUID']
  throw invalid([{ in: 'body', pointer: `/${field}`, detail: `must be ${what}` }])
}

function onCalendar(schedule: string) {
  const detail = `must be a cron expression of five fields; ${JSON.stringify(schedule)} is an OnCalendar expression of systemd, which has no like here`
  return invalid([{ in: 'body', pointer: '/schedule', detail }])
}
