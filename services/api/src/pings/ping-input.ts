import type { Signal } from '@lifeline/backbone/db/schedulers/signals'
import Type from 'typebox'
import { clearable } from '../fields.ts'
import { INSTANT } from '../formats.ts'
import { FIELDS } from '../schedulers/scheduler-input.ts'

/** Those of a scheduler's open runs stand in one text column, as JSON: twenty fit when none of their characters takes two there. */
const runId = Type.String({
  pattern: '^[!#-\\[\\]-~]{1,64}$',
  description: '1 to 64 printable ASCII characters other than blanks, " and \\',
})
const sentAt = Type.String({ format: 'date-time', description: `${INSTANT}, not in the future: when it happened` })

/** In bodies. */
export const [RunId, SentAt] = [clearable(runId), clearable(sentAt)]

export const PingQuery = Type.Object({ rid: Type.Optional(runId), at: Type.Optional(sentAt) })

/** What a scheduler that a ping makes shall be, in healthchecks' words. */
export const CreateQuery = Type.Object({
  ...PingQuery.properties,
  create: Type.Optional(
    Type.Enum(['0', '1'], { description: '0 or 1 (one that is not there is registered; that takes scheduler:create too)' }),
  ),
  period: FIELDS.periodSeconds,
  cron: FIELDS.cron,
  tz: FIELDS.timeZone,
  grace: FIELDS.graceSeconds,
})

/** What a ping says in its path: nothing is a success, unless its body says something else by the scheduler's content rules. */
export const SignalParam = Type.String({
  pattern: '^(start|fail|log|\\d{1,2}|1\\d\\d|2[0-4]\\d|25[0-5])$',
  description: 'start, fail, log, or an exit code from 0 to 255',
})

export function readSignal(text: string | undefined): Pick<Signal, 'kind' | 'exitCode' | 'isPlain'> {
  if (text === undefined) return { kind: 'success', isPlain: true }
  if (text === 'start' || text === 'fail' || text === 'log') return { kind: text }
  const exitCode = Number(text)
  return { kind: exitCode === 0 ? 'success' : 'fail', exitCode }
}
