import Type, { type Static } from 'typebox'
import type { SignalKind } from './status.ts'

/** What a body says that has none of the words. */
export const OTHERWISE = ['success', 'fail', 'log'] as const satisfies readonly SignalKind[]

const Words = Type.Array(Type.String())

/** Words by which the body of a ping that says nothing else of itself is understood. */
export const ContentRulesSchema = Type.Object(
  { failure: Words, success: Words, start: Words, otherwise: Type.Enum(OTHERWISE) },
  { additionalProperties: false },
)
export type ContentRules = Static<typeof ContentRulesSchema>

/** Bytes of UTF-8 that the rules of a scheduler take, as JSON: what a column holds. */
export const MOST_RULES = 4_000

/** `content_rules` is JSON in a text column. Rules that say no more than no rules are null. */
export function contentRulesText({ failure = [], success = [], start = [], otherwise = 'success' }: Partial<ContentRules>): string | null {
  const isNone = failure.length === 0 && start.length === 0 && otherwise === 'success'
  return isNone ? null : JSON.stringify({ failure, success, start, otherwise })
}

export function contentRulesOf({ content_rules }: { content_rules: string | null }): ContentRules | null {
  return content_rules === null ? null : JSON.parse(content_rules)
}

/**
 * What a body says: the first of failure, success and start of which it contains a word, small and capital letters told
 * apart; else what the rules say. `line` is the one that the word of a failure is in.
 */
export function classify({ failure, success, start, otherwise }: ContentRules, body: string): { kind: SignalKind; line?: string } {
  const isIn = (word: string) => body.includes(word)
  const word = failure.find(isIn)
  if (word !== undefined) return { kind: 'fail', line: lineAround(body, word) }
  if (success.some(isIn)) return { kind: 'success' }
  return { kind: start.some(isIn) ? 'start' : otherwise }
}

/** Characters of a line that are kept, and how many of them before the word. */
const [LONGEST_LINE, BEFORE] = [300, 100]

/** The line of a text that a word begins in; of a long one what is around the word. */
function lineAround(text: string, word: string): string {
  const at = text.indexOf(word)
  const before = text.slice(0, at)
  const begin = Math.max(before.lastIndexOf('\n') + 1, before.lastIndexOf('\r') + 1, at - BEFORE)
  const [rest = ''] = text.slice(at).split(/[\r\n]/, 1)
  return `${text.slice(begin, at)}${rest}`.trim().slice(0, LONGEST_LINE).toWellFormed()
}
