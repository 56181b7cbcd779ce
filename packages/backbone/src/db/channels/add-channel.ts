import type { Work } from '../commit.ts'
import { NotUniqueError } from '../errors.ts'
import { nameKey } from '../name-key.ts'
import { newId } from '../new-id.ts'
import type { ChannelRow, ChannelTypeName } from './channel.ts'
import { takenNames } from './find-channels.ts'
import { recordOf } from './record.ts'

export interface NewChannel {
  name: string
  type: ChannelTypeName
  /** Patterns of event types; null for what names it only. */
  events: readonly string[] | null
  /** As `changeSettings` writes them. */
  settings: string
  sealed: string
  /** The principal that asks for it. */
  actor: string
  /** Whose doing it is, when that is not the actor: the owner of the key that asked. */
  createdBy?: string
  /** Domain time. */
  now: Date
  traceparent?: string | undefined
}

export const nameLine = (key: string) => `channels_name/${key}`

/** Adds a channel, Active. Refuses with NotUniqueError (`channels_name_key`) when the name is taken, however it is written. */
export const addChannel: Work<NewChannel, ChannelRow> = {
  keys: ({ name }) => [nameLine(nameKey(name))],

  async decide(db, inputs) {
    const taken = await takenNames(
      db,
      inputs.map(({ name }) => nameKey(name)),
    )
    return inputs.map((input) => {
      if (taken.has(nameKey(input.name))) return { error: new NotUniqueError('channels_name_key', undefined) }
      const { actor, now, traceparent } = input
      const output = newRow(input)
      const record = recordOf({ before: null, after: output, action: 'created', actor, now, traceparent })
      return { output, write: { inserts: [{ table: 'channels', row: output }, ...record] } }
    })
  },
}

function newRow({ name, type, events, settings, sealed, actor, createdBy, now }: NewChannel): ChannelRow {
  return {
    id: newId(now),
    name,
    name_key: nameKey(name),
    type,
    settings,
    sealed,
    events: events === null ? null : JSON.stringify(events),
    status: 'Active',
    disabled_reason: null,
    version: 1,
    created_by: createdBy ?? actor,
    created_at: now,
    updated_at: now,
    deleted_at: null,
  }
}
