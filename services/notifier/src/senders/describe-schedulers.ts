import type { SchedulerEventData } from '@lifeline/backbone/db/schedulers/events'
import { type MailContent, oneLine } from '../mail/layout.ts'
import type { MailSettings } from '../mail/render.ts'
import { carer, type IncidentMailData, incidentFacts, REASONS, SCHEDULER_MAILS } from '../mail/templates/scheduler-mails.ts'
import { nameOf } from '../mail/templates/task-mails.ts'
import { longTime, relativeTime, spell } from '../mail/when.ts'

type Data = SchedulerEventData & { at: string }
type Word = (data: Data) => { what: string; happened: string; text?: string }

const byPerson =
  (what: string, did: string): Word =>
  ({ actor }) => ({ what, happened: `${nameOf(actor)} ${did}.` })

const WORDS: Record<string, Word> = {
  'scheduler.late': ({ after, at }) => ({
    what: 'Late',
    happened: 'It is expected, and has not reported.',
    ...(after.goesDownAt === null
      ? {}
      : { text: `It goes Down ${relativeTime(new Date(after.goesDownAt), new Date(at))}, unless it succeeds.` }),
  }),
  'scheduler.failed': ({ reason, after }) => ({
    what: 'Failed',
    happened: `${REASONS[reason ?? 'signal'] ?? 'It failed.'} It goes Down when it fails ${after.failureTolerance} times one after the other.`,
  }),
  'scheduler.down': ({ reason }) => ({ what: 'Down', happened: REASONS[reason ?? ''] ?? 'It went Down.' }),
  'scheduler.recovered': ({ downtimeSeconds }) => ({
    what: 'Up again',
    happened: downtimeSeconds === undefined ? 'It succeeds again.' : `It succeeds again, and was down ${spell(downtimeSeconds)}.`,
  }),
  'scheduler.up': () => ({ what: 'Up', happened: 'It has succeeded.' }),
  'scheduler.paused': byPerson('Paused', 'paused it'),
  'scheduler.resumed': byPerson('Resumed', 'resumed it'),
  'scheduler.registered': byPerson('Registered', 'registered it'),
  'scheduler.updated': byPerson('Edited', 'edited it'),
  'scheduler.deleted': byPerson('Deleted', 'deleted it'),
}

const schedulerOf =
  (word: Word) =>
  (data: Data, _: unknown, { publicUrl, timeZone }: MailSettings): MailContent => {
    const { after, error, at } = data
    const { what, happened, text = null } = word(data)
    const when = (instant: string) => `${longTime(new Date(instant), timeZone)}, ${relativeTime(new Date(instant), new Date(at))}`
    const facts: [string, string][] = [['Status', after.status]]
    if (after.nextExpectedAt !== null) facts.push(['Expected', when(after.nextExpectedAt)])
    facts.push(['Last ping', after.lastPingAt === null ? 'never' : when(after.lastPingAt)])
    if (error !== undefined) facts.push(['Reason', oneLine(error)])
    const link = { url: `${publicUrl}/schedulers/${after.id}`, label: 'Open the scheduler' }
    return { subject: `${what}: ${oneLine(after.name)}`, happened, facts, text, link }
  }

/** Events about schedulers in words for a channel: those of the mails, where people get a mail of it too. */
export const SCHEDULER_DESCRIPTIONS = {
  ...Object.fromEntries(Object.entries(WORDS).map(([type, word]) => [type, schedulerOf(word)])),
  ...Object.fromEntries(
    Object.entries(SCHEDULER_MAILS).map(([type, write]) => [type, (data: never, _: unknown, words: MailSettings) => write(data, words)]),
  ),
  'incident.acknowledged': (data: IncidentMailData, _: unknown, words: MailSettings): MailContent => ({
    ...incidentFacts(data, words),
    subject: `Taken: ${oneLine(data.after.name)}`,
    happened: `It is still Down, and ${carer(data.after.acknowledgedBy ?? '')} looks after it.`,
  }),
}
