import type { ReportSettings } from '@lifeline/backbone/db/reports/decide'
import Type, { type Static } from 'typebox'
import { ChannelNames, channelNamesErrors } from '../channels/channel-names.ts'
import { clearable, text } from '../fields.ts'
import { invalid } from '../problem.ts'
import { cronField, scheduleErrors, zoneField } from '../schedule-checks.ts'

export const BASE = '/api/v1/reports'
export const TAGS = ['reports']

const WEEK = 7 * 86_400
const DAY = 86_400
const DEFAULTS = {
  channels: [],
  tag: null,
  cron: '0 0 * * *',
  timeZone: 'Asia/Jakarta',
  durationSeconds: 21_600,
  refreshSeconds: 300,
} satisfies Omit<ReportSettings, 'name'>

const seconds = (maximum: number, meaning: string) =>
  Type.Optional(Type.Integer({ minimum: 60, maximum, description: `a whole number of seconds from 60 to ${maximum} (${meaning})` }))

const FIELDS = {
  channels: ChannelNames,
  tag: clearable(text(50)),
  cron: Type.Optional(cronField(`: when it begins each time; ${DEFAULTS.cron} unless given`)),
  timeZone: Type.Optional(zoneField(DEFAULTS.timeZone)),
  durationSeconds: seconds(WEEK, `how long it is each time; ${DEFAULTS.durationSeconds} unless given`),
  refreshSeconds: seconds(DAY, `how often the table is updated; ${DEFAULTS.refreshSeconds} unless given`),
}
// In lower case a name may have twice as many characters.
const Name = text(100)
const object = { additionalProperties: false, description: 'a JSON object' }

export const NewReportBody = Type.Object({ name: Name, ...FIELDS }, object)
export const EditReportBody = Type.Object({ name: Type.Optional(Name), ...FIELDS }, { ...object, minProperties: 1 })

export const ReportParams = Type.Object({ id: Type.String({ format: 'uuid', description: 'the id of a report (a UUID)' }) })

/** What a body sets; null empties the list of channels. Throws for a cron expression or a zone that is none, and for names that are too long. */
export function toEdit({ channels, ...rest }: Static<typeof EditReportBody>): Partial<ReportSettings> {
  const errors = [...scheduleErrors(rest), ...channelNamesErrors('channels', channels)]
  if (errors.length > 0) throw invalid(errors)
  return { ...rest, ...(channels === undefined ? {} : { channels: channels ?? [] }) }
}

/** The whole of a new report. Throws as `toEdit`. */
export function toSettings(body: Static<typeof NewReportBody>): ReportSettings {
  return { ...DEFAULTS, ...toEdit(body), name: body.name }
}
