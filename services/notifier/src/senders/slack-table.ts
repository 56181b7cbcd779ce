import { listOfSubject } from '@lifeline/backbone/db/notifications/channel-notifications'
import type { NotificationRow } from '@lifeline/backbone/db/notifications/notification'
import type { ReportEventData } from '@lifeline/backbone/db/reports/events'
import type { Delivery } from './channel-sender.ts'
import { isOvertaken, sequenceOf } from './overtaken.ts'
import { tableText } from './report-text.ts'
import { askSlack, postAsBot, type SlackBot } from './slack-api.ts'

const STARTED = 'report.started'
const ENDED = 'report.ended'
const OF_TABLE: ReadonlySet<string> = new Set([STARTED, 'report.refreshed', ENDED])

/** Whether a notification tells how the schedulers of a report stand. */
export const isOfTable = ({ template }: Pick<NotificationRow, 'template'>) => OF_TABLE.has(template)

/** Slack's words for a message that was deleted, or can be changed no more. */
const GONE: ReadonlySet<string> = new Set(['message_not_found', 'cant_update_message', 'edit_window_closed'])

/**
 * Keeps the one message with the table of a report: posts it, puts newer ones in its place, or posts it anew where somebody has
 * deleted it; answers its `ts`. At the end the last table is put there, and `summary` is posted by itself: its `ts` is answered.
 */
export async function sendTable({ row, data, settings: bot, post, db }: Delivery<SlackBot>, summary: string): Promise<string | null> {
  const report = data as unknown as ReportEventData
  const text = tableText(report)
  if (row.template === ENDED) {
    const ts = await findMessage(db, row, report)
    const said = ts === undefined ? undefined : await askSlack(post, bot, { text, ts })
    // Who has deleted the table has no use for its last state.
    if (said !== undefined && 'failure' in said && !GONE.has(said.word)) throw said.failure
    return await postAsBot(post, bot, summary)
  }
  // A late try must not put an older table in the place of a newer one.
  if (await isOvertaken(db, row, isOfTable)) return null
  const ts = row.template === STARTED ? undefined : await findMessage(db, row, report)
  if (ts === undefined) return await postAsBot(post, bot, text)
  const said = await askSlack(post, bot, { text, ts })
  if ('ts' in said) return said.ts
  if (!GONE.has(said.word)) throw said.failure
  return await postAsBot(post, bot, text)
}

/** The `ts` of the table that was posted since the present time of the report began; undefined when there is none. */
async function findMessage(db: Delivery<SlackBot>['db'], row: NotificationRow, { after }: ReportEventData): Promise<string | undefined> {
  const [first, last] = [after.startedVersion ?? 0, sequenceOf(row) ?? 0]
  const isOurs = (other: NotificationRow) => {
    const sequence = sequenceOf(other) ?? 0
    return isOfTable(other) && other.template !== ENDED && sequence >= first && sequence < last
  }
  const told = await listOfSubject(db, row.channel_id ?? '', row.subject, { hasProviderId: true })
  return told.find(isOurs)?.provider_id ?? undefined
}
