import type { NotificationRow } from '@lifeline/backbone/db/notifications/notification'
import { type Item, type MailContent, oneLine } from '../layout.ts'
import type { MailSettings } from '../render.ts'
import { longTime, mediumTime, relativeTime, spell } from '../when.ts'
import { ENDS, type IncidentMailData, REASONS } from './scheduler-mails.ts'

/** Names in one message; the rest is counted. */
const MOST_NAMES = 50

interface Words {
  subject: (schedulers: string, all: readonly IncidentMailData[]) => string
  /** Of many, and of one that it happened to several times. */
  happened: readonly [many: string, one: string]
  text?: string
  said: (data: IncidentMailData, timeZone: string) => string
}

const forHowLong = ({ after, at }: IncidentMailData) => relativeTime(new Date(after.openedAt), new Date(at)).replace(/ ago$/, '')
const endOf = ({ after }: IncidentMailData) => ENDS[after.resolution ?? 'recovered'][0]

/** By template: each has words for many at once. */
const WORDS: Record<string, Words> = {
  'incident.opened': {
    subject: (schedulers) => `${schedulers} down`,
    happened: ['They went Down at about the same time.', 'It went Down several times.'],
    said: ({ after }, timeZone) => {
      const why = REASONS[after.reason] ?? 'It went Down.'
      // Of silence it says nothing more than why.
      const error = after.reason === 'signal' && after.error !== null ? ` ${oneLine(after.error).slice(0, 100)}` : ''
      return `${why} Since ${mediumTime(new Date(after.openedAt), timeZone)}.${error}`
    },
  },
  'incident.reminder': {
    subject: (schedulers) => `${schedulers} still down`,
    happened: [
      'They are still Down, and nobody has said that they look after them.',
      'It is still Down, and nobody has said that they look after it.',
    ],
    text: 'Acknowledge the incidents, and there are no more reminders.',
    said: (data) => `Down for ${forHowLong(data)}.`,
  },
  'incident.resolved': {
    subject: (schedulers, all) =>
      all.every((data) => endOf(data) === 'Up again') ? `${schedulers} up again` : `${schedulers} no longer down`,
    happened: ['Their incidents have ended.', 'Its incidents have ended.'],
    said: (data) => `${endOf(data)}, was down ${spell(data.after.downtimeSeconds ?? 0)}.`,
  },
}

/** Notifications of one group in one message: how many schedulers, which, and why or for how long. */
export function describeTogether(rows: readonly NotificationRow[], { publicUrl, timeZone }: MailSettings): MailContent {
  const template = rows[0]?.template ?? ''
  const words = WORDS[template]
  if (words === undefined) throw new Error(`There are no words for many ${template} at once.`)
  const all = rows.map(({ data }) => JSON.parse(data) as IncidentMailData).sort((a, b) => a.after.openedAt.localeCompare(b.after.openedAt))
  const count = new Set(all.map(({ after }) => after.schedulerId)).size
  const items = all.map(
    (data): Item => ({
      name: oneLine(data.after.name),
      said: words.said(data, timeZone),
      url: `${publicUrl}/incidents/${data.after.id}`,
    }),
  )
  const first = all[0]?.after.openedAt
  return {
    subject: words.subject(count === 1 ? '1 scheduler is' : `${count} schedulers are`, all),
    happened: words.happened[count === 1 ? 1 : 0],
    facts: first === undefined ? [] : [['First down', longTime(new Date(first), timeZone)]],
    items: items.slice(0, MOST_NAMES),
    more: Math.max(0, items.length - MOST_NAMES),
    text: words.text ?? null,
    link: { url: `${publicUrl}/incidents`, label: 'Open the incidents' },
  }
}
