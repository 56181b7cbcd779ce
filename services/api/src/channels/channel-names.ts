import { listText } from '@lifeline/backbone/db/schedulers/scheduler'
import Type from 'typebox'
import { clearable, text } from '../fields.ts'
import type { FieldError } from '../problem.ts'

export const ChannelName = text(100)

/** For whoever names the channels that hear of it. */
export const ChannelNames = clearable(Type.Array(ChannelName, { maxItems: 10, description: 'a list of at most 10 names of channels' }))

/** They stand in one text column, as JSON: ten names fit, unless they are as long as may be or full of quotes. */
const MOST_CHARACTERS = 1_000

export function channelNamesErrors(field: string, names: readonly string[] | null | undefined): FieldError[] {
  const characters = [...(listText(names ?? []) ?? '')].length
  if (characters <= MOST_CHARACTERS) return []
  return [{ in: 'body', pointer: `/${field}`, detail: `must take at most ${MOST_CHARACTERS} characters as JSON; it takes ${characters}` }]
}
