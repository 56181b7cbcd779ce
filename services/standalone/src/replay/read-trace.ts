import { createReadStream } from 'node:fs'
import { createInterface } from 'node:readline/promises'
import Type, { type Static } from 'typebox'
import { Compile } from 'typebox/compile'

const Line = Type.Union([
  Type.Object({
    at: Type.String({ format: 'date-time' }),
    task: Type.String({ minLength: 1 }),
    type: Type.Literal('created'),
    title: Type.String(),
    assignee: Type.String(),
    dueAt: Type.Union([Type.String({ format: 'date-time' }), Type.Null()]),
  }),
  Type.Object({
    at: Type.String({ format: 'date-time' }),
    task: Type.String({ minLength: 1 }),
    type: Type.Literal('status'),
    to: Type.String(),
    actor: Type.Optional(Type.String()),
    note: Type.Optional(Type.String()),
  }),
  Type.Object({ at: Type.String({ format: 'date-time' }), task: Type.String({ minLength: 1 }), type: Type.Literal('activity') }),
])
export type TraceLine = Static<typeof Line>

const line = Compile(Line)
const FORMAT = '{"at","task","type": "created" (title, assignee, dueAt) | "status" (to, actor, note) | "activity"}'

/** The lines of an event trace, in time order. Throws with the number of the first line that is none, or is out of order. */
export async function readTrace(path: string): Promise<TraceLine[]> {
  const lines: TraceLine[] = []
  let number = 0
  for await (const text of createInterface({ input: createReadStream(path) })) {
    number++
    if (text.trim() === '') continue
    const value = parse(text)
    if (!line.Check(value)) throw new Error(`${path}:${number} is no line of a trace; expected ${FORMAT}.`)
    const before = lines.at(-1)
    if (before !== undefined && new Date(value.at) < new Date(before.at))
      throw new Error(`${path}:${number} is earlier than the line before it.`)
    lines.push(value)
  }
  return lines
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
