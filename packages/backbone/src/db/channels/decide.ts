import { nameKey } from '../name-key.ts'
import type { ChannelRow } from './channel.ts'
import type { ChannelAction } from './events.ts'

/** A field that is absent stays. */
export interface ChannelEdit {
  name?: string
  events?: readonly string[] | null
  /** What the settings become; undefined when nothing is different. Pure: it may be asked again. */
  settings?: (row: ChannelRow) => { settings: string; sealed: string } | undefined
}

export type ChannelCommand =
  | { do: 'edit'; edit: ChannelEdit }
  | { do: 'disable'; reason: string | null }
  | { do: 'enable' }
  | { do: 'delete' }

export type Decision = { kind: 'changed'; row: ChannelRow; action: ChannelAction } | { kind: 'unchanged' }

/** What a command makes of a living channel at `now` (domain time). Pure, so that a lost race can be decided again. */
export function decide(row: ChannelRow, command: ChannelCommand, now: Date): Decision {
  switch (command.do) {
    case 'edit':
      return decideEdit(row, command.edit, now)
    case 'disable':
      if (row.status === 'Disabled') return { kind: 'unchanged' }
      return changed(row, { status: 'Disabled', disabled_reason: command.reason?.slice(0, 1_000) || null }, 'disabled', now)
    case 'enable':
      if (row.status === 'Active') return { kind: 'unchanged' }
      return changed(row, { status: 'Active', disabled_reason: null }, 'enabled', now)
    case 'delete':
      // Where it led to is nobody's business any more.
      return changed(row, { name_key: null, settings: '{}', sealed: '-', deleted_at: now }, 'deleted', now)
  }
}

function decideEdit(row: ChannelRow, { name, events, settings }: ChannelEdit, now: Date): Decision {
  const patch: Partial<ChannelRow> = { ...settings?.(row) }
  if (name !== undefined && name !== row.name) Object.assign(patch, { name, name_key: nameKey(name) })
  const text = events === undefined ? row.events : events && JSON.stringify(events)
  if (text !== row.events) patch.events = text
  return Object.keys(patch).length === 0 ? { kind: 'unchanged' } : changed(row, patch, 'edited', now)
}

function changed(row: ChannelRow, patch: Partial<ChannelRow>, action: ChannelAction, now: Date): Decision {
  return { kind: 'changed', row: { ...row, ...patch, version: row.version + 1, updated_at: now }, action }
}
