import type { IncidentEventData } from '@lifeline/backbone/db/incidents/events'
import type { Incident } from '@lifeline/backbone/db/incidents/incident'
import type { WindowEventData } from '@lifeline/backbone/db/maintenance/events'
import type { SchedulerEventData } from '@lifeline/backbone/db/schedulers/events'
import { type MailContent, oneLine } from '../layout.ts'
import type { MailSettings } from '../render.ts'
import { longTime, relativeTime, spell } from '../when.ts'

/** What the coordinator stored with the notification: the event's data and its instant. */
export type IncidentMailData = IncidentEventData & { at: string }

type Template = (incident: Incident, since: string) => { subject: string; happened: string; text?: string }

export const REASONS: Record<string, string> = {
  signal: 'It reported a failure.',
  missed: 'It did not succeed in time.',
  start_missed: 'It did not start in time.',
  timed_out: 'A run did not end in time.',
  too_fast: 'A run ended too fast.',
  too_often: 'It ran too often.',
}

const TEMPLATES: Record<string, Template> = {
  'incident.opened': ({ name, reason }) => ({ subject: `Down: ${name}`, happened: REASONS[reason] ?? 'It went Down.' }),
  'incident.reminder': ({ name }, since) => ({
    subject: `Still down for ${since}: ${name}`,
    happened: 'It is still Down, and nobody has said that they look after it.',
    text: 'Acknowledge the incident, and there are no more reminders.',
  }),
  'incident.escalated': ({ name }, since) => ({
    subject: `Escalated, down for ${since}: ${name}`,
    happened: 'It is still Down, nobody has said that they look after it, and now others are told too.',
  }),
  'incident.resolved': ({ name, resolution }) => {
    const [word, happened] = ENDS[resolution ?? 'recovered']
    return { subject: `${word}: ${name}`, happened }
  },
}

export const ENDS = {
  recovered: ['Up again', 'It succeeds again.'],
  paused: ['Paused', 'It was Down, and is paused now: nobody waits for it.'],
  deleted: ['Deleted', 'It was Down, and is monitored no more.'],
} as const

/** What is to be known of an incident, whoever reads it, and where. */
export function incidentFacts({ after, at }: IncidentMailData, { publicUrl, timeZone }: MailSettings) {
  const when = (instant: string) => `${longTime(new Date(instant), timeZone)}, ${relativeTime(new Date(instant), new Date(at))}`
  const facts: [string, string][] = [
    ['Scheduler', oneLine(after.name)],
    ['Since', when(after.openedAt)],
  ]
  if (after.expectedAt !== null) facts.push(['Expected', when(after.expectedAt)])
  facts.push(['Last ping', after.lastPingAt === null ? 'never' : when(after.lastPingAt)])
  if (after.error !== null) facts.push(['Reason', oneLine(after.error)])
  if (after.downtimeSeconds !== null) facts.push(['Was down', spell(after.downtimeSeconds)])
  if (after.acknowledgedBy !== null) facts.push(['Taken by', carer(after.acknowledgedBy)])
  return { facts, link: { url: `${publicUrl}/incidents/${after.id}`, label: 'Open the incident' } }
}

const mailOf =
  (write: Template) =>
  (data: IncidentMailData, settings: MailSettings): MailContent => {
    const since = relativeTime(new Date(data.after.openedAt), new Date(data.at)).replace(/ ago$/, '')
    return { ...write(data.after, since), ...incidentFacts(data, settings) }
  }

export const carer = (principal: string) => (principal.startsWith('mailto:') ? principal.slice('mailto:'.length) : 'somebody')

/** It is told once; what happens after it is folded. */
function flappingMail({ after, at }: SchedulerEventData & { at: string }, { publicUrl, timeZone }: MailSettings): MailContent {
  return {
    subject: `Up and down: ${after.name}`,
    happened: 'It went up and down more than five times within an hour.',
    facts: [
      ['Scheduler', oneLine(after.name)],
      ['Status', after.status],
      ['Noticed', longTime(new Date(at), timeZone)],
      ...(after.lastError === null ? [] : ([['Reason', oneLine(after.lastError)]] as const)),
    ],
    text: 'You will not hear of each time. When it stays Down for an hour, you will hear of that.',
    link: { url: `${publicUrl}/schedulers/${after.id}`, label: 'Open the scheduler' },
  }
}

/** It is told once until the next run is expected. */
function anomalyMail({ after, reason, error, at }: SchedulerEventData & { at: string }, context: MailSettings): MailContent {
  return {
    subject: `${reason === 'too_fast' ? 'Too fast' : 'Too often'}: ${after.name}`,
    happened: `${REASONS[reason ?? ''] ?? 'It ran otherwise than it should.'} It said that it succeeded.`,
    facts: [
      ['Scheduler', oneLine(after.name)],
      ['Status', after.status],
      ['Noticed', longTime(new Date(at), context.timeZone)],
      ...(error === undefined ? [] : ([['Reason', oneLine(error)]] as const)),
    ],
    text: 'You will not hear of more like this until its next run is due.',
    link: { url: `${context.publicUrl}/schedulers/${after.id}`, label: 'Open the scheduler' },
  }
}

/** One mail of everything that went Down in a maintenance window; of what still is there is a mail each. */
function maintenanceMail({ after, summary, at }: WindowEventData & { at: string }, { publicUrl, timeZone }: MailSettings): MailContent {
  const { incidents = 0, resolved = 0, stillDown = [] } = summary ?? {}
  const names = stillDown.map(oneLine).join(', ') + (incidents - resolved > stillDown.length ? ', …' : '')
  return {
    subject: `Maintenance ended: ${after.name}`,
    happened: 'A maintenance window has ended. Some schedulers went Down in it, and nobody was told.',
    facts: [
      ['Window', oneLine(after.name)],
      ['Ended', longTime(new Date(at), timeZone)],
      ['Incidents', String(incidents)],
      ['Resolved', String(resolved)],
      ['Down', names || 'none'],
    ],
    link: { url: `${publicUrl}/maintenance-windows/${after.id}`, label: 'Open the window' },
  }
}

export const SCHEDULER_MAILS = {
  ...Object.fromEntries(Object.entries(TEMPLATES).map(([name, write]) => [name, mailOf(write)])),
  'scheduler.flapping': flappingMail,
  'scheduler.anomaly': anomalyMail,
  'maintenance.ended': maintenanceMail,
}
