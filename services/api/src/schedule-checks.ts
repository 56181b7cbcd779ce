import { cronProblem } from '@lifeline/backbone/db/schedulers/cron'
import { isTimeZone } from '@lifeline/backbone/db/schedulers/zone'
import Type from 'typebox'
import { type FieldError, invalid } from './problem.ts'

const ZONE = 'a time zone of the IANA database, like Asia/Jakarta or UTC'

/** `meaning` goes on after "a cron expression of five fields, as in a crontab". */
export const cronField = (meaning: string) =>
  Type.String({
    minLength: 1,
    maxLength: 200,
    format: 'cron',
    description: `a cron expression of five fields, as in a crontab${meaning}`,
  })
export const zoneField = (otherwise: string) =>
  Type.String({ minLength: 1, maxLength: 60, format: 'time-zone', description: `${ZONE} (${otherwise} unless given)` })

interface Schedule {
  cron?: string | undefined
  timeZone?: string | undefined
}

/** What a schema cannot say: why a cron expression is none, or a zone. */
export function scheduleErrors({ cron, timeZone }: Schedule): FieldError[] {
  const wrong = (field: string, detail: string): FieldError => ({ in: 'body', pointer: `/${field}`, detail })
  const problem = cron === undefined ? undefined : cronProblem(cron)
  return [
    ...(problem === undefined
      ? []
      : [wrong('cron', `must be a cron expression; it is ${JSON.stringify(cron)}: ${problem.replace(/\.$/, '')}`)]),
    ...(timeZone === undefined || isTimeZone(timeZone) ? [] : [wrong('timeZone', `must be ${ZONE}; it is ${JSON.stringify(timeZone)}`)]),
  ]
}

export function checkSchedule(schedule: Schedule): void {
  const errors = scheduleErrors(schedule)
  if (errors.length > 0) throw invalid(errors)
}
