import { parseArgs } from 'node:util'

export interface Arguments {
  /** In the order of the list, each once. */
  names: string[]
  /** Where the results are written. */
  json?: string
  /** Also prints the table for README.md. */
  markdown: boolean
  /** How long `memory` keeps up its load. */
  minutes: number
  rounds?: number
}

/** What was asked for is not there. The message is for whoever typed it. */
export class ArgumentError extends Error {
  override name = 'ArgumentError'
}

/** Reads `[name…] [--json FILE] [--markdown] [--minutes N] [--rounds N]`; no name means all. Throws ArgumentError. */
export function readArguments(args: string[], known: readonly string[]): Arguments {
  const { values, positionals } = parse(args)
  const unknown = positionals.filter((name) => !known.includes(name))
  if (unknown.length > 0) {
    throw new ArgumentError(`There is no figure called ${unknown.join(' or ')}. There are: ${known.join(', ')}.`)
  }
  return {
    names: positionals.length === 0 ? [...known] : known.filter((name) => positionals.includes(name)),
    markdown: values.markdown ?? false,
    minutes: positive('--minutes', values.minutes) ?? 10,
    ...(values.json === undefined ? {} : { json: values.json }),
    ...(values.rounds === undefined ? {} : { rounds: positive('--rounds', values.rounds) ?? 1 }),
  }
}

function parse(args: string[]) {
  const options = {
    json: { type: 'string' },
    markdown: { type: 'boolean' },
    minutes: { type: 'string' },
    rounds: { type: 'string' },
  } as const
  try {
    return parseArgs({ args, options, allowPositionals: true })
  } catch (error) {
    throw new ArgumentError(error instanceof Error ? error.message : String(error))
  }
}

function positive(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  const value = Number(text)
  if (!(value > 0)) throw new ArgumentError(`${name} must be a number above 0, not ${text}.`)
  return value
}
