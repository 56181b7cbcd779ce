import type { ChannelRow } from '@lifeline/backbone/db/channels/channel'
import { commitOne } from '@lifeline/backbone/db/commit'
import type { Incident } from '@lifeline/backbone/db/incidents/incident'
import { newId } from '@lifeline/backbone/db/new-id'
import { addNotifications } from '@lifeline/backbone/db/notifications/add-notifications'
import type { Db } from '@lifeline/backbone/db/schema'

/** A nightly backup that is Down by silence since nine. */
export const INCIDENT: Incident = {
  ...{ id: '019cb3a0-0000-7000-8000-000000000001', schedulerId: '019cb3a0-0000-7000-8000-000000000002', name: 'Nightly backup' },
  ...{ status: 'Open', channels: ['ops'], reason: 'missed', error: 'No success in time.', suppressed: null },
  ...{ expectedAt: '2026-12-04T08:00:00.000Z', lastPingAt: '2026-12-03T08:00:00.000Z', openedAt: '2026-12-04T09:00:00.000Z' },
  ...{ toldAt: '2026-12-04T09:00:01.000Z', remindEverySeconds: 3_600, remindedAt: null, reminders: 0 },
  ...{ escalateAfterSeconds: null, escalateChannels: [], escalatedAt: null, acknowledgedBy: null, acknowledgedAt: null },
  ...{ resolvedAt: null, resolution: null, downtimeSeconds: null, version: 1, createdBy: 'mailto:ann@example.org' },
  ...{ createdAt: '2026-12-04T09:00:01.000Z', updatedAt: '2026-12-04T09:00:01.000Z' },
}

export const ANN = 'ann@example.org'

interface Given {
  what?: 'opened' | 'reminder' | 'resolved'
  /** Each is one scheduler's; `data` is what else is different of it. */
  count: number
  data?: (i: number) => Partial<Incident>
  channel?: ChannelRow
}

/** Notifications of as many incidents, for Ann or for a channel. The first is announced, the others wait. Answers their ids. */
export async function givenIncidents(db: Db, { what = 'opened', count, data = () => ({}), channel }: Given): Promise<string[]> {
  const to =
    channel === undefined
      ? ({ channel: 'email', recipient: ANN } as const)
      : { channel: channel.type, recipient: channel.id, channelId: channel.id }
  for (let i = 0; i < count; i++) {
    const after = { ...INCIDENT, id: newId(), schedulerId: newId(), name: `job ${i}`, ...data(i) }
    const cause = { id: `incident/${after.id}@${what}`, subject: `incident/${after.id}` }
    const intent = { ...to, template: `incident.${what}`, data: { after, actor: 'system:coordinator', at: '2026-12-04T09:00:05.000Z' } }
    await commitOne(db, addNotifications, { cause, principals: [], intents: () => [intent], machineNow: new Date() })
  }
  const rows = await db.selectFrom('notifications').select('id').where('recipient', '=', to.recipient).orderBy('id').execute()
  return rows.slice(-count).map(({ id }) => id)
}
