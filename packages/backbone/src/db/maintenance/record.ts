import { changesOf, differences } from '../differences.ts'
import { logInsert } from '../log-insert.ts'
import { outboxInsert } from '../outbox/add-messages.ts'
import type { Insert } from '../write.ts'
import type { WindowChange } from './decide.ts'
import { type WindowSummary, windowEvent } from './events.ts'
import { toWindow } from './window.ts'

export interface Witness {
  /** The principal that did it. */
  actor: string
  traceparent?: string | undefined
}

/** What went Down in a window, for those who hear that it has ended. */
export interface Outcome extends WindowSummary {
  channels: readonly string[]
}

/** The log row and the event of a change, one of each: written together with the change itself. */
export function recordOf({ before, after, action, at }: WindowChange, { actor, traceparent }: Witness, outcome?: Outcome): Insert[] {
  const window = toWindow(after)
  const old = before === null ? undefined : differences(toWindow(before), window)
  const time = at > after.updated_at ? at : after.updated_at
  const log = logInsert('maintenance', after.id, {
    version: after.version,
    action,
    from: before?.status ?? null,
    to: after.status,
    actor,
    reason: null,
    changes: changesOf(old, window),
    at: time,
  })
  const { channels = [], ...summary } = outcome ?? {}
  const data = {
    ...(old === undefined ? {} : { before: old }),
    after: { ...window, channels: [...channels] },
    actor,
    ...(outcome === undefined ? {} : { summary: summary as WindowSummary }),
  }
  return [log, outboxInsert(windowEvent(action, data, time, traceparent))]
}
