import { rangeOf, type Variable } from '../../packages/backbone/src/process/variable.ts'
import { PROGRAMS } from './programs.ts'

/** A variable as its readers see it: they may differ in what happens when it is not set, never in what it means. */
export interface DocumentedVariable {
  name: string
  readers: string
  /** A default that all readers share, as it would be written after `NAME=`. */
  value: string | undefined
  default: string
  meaning: string
}

interface Reading {
  program: string
  isCommand: boolean
  variable: Variable
  isRequired: boolean
}

/** Every variable of every program, in the order in which the schemas name them. Throws when two programs mean different things by one. */
export function documentVariables(): DocumentedVariable[] {
  const readings = new Map<string, Reading[]>()
  for (const { name: program, config, isCommand = false } of PROGRAMS) {
    for (const [name, variable] of Object.entries(config.properties as Record<string, Variable>)) {
      const reading = { program, isCommand, variable, isRequired: (config.required ?? []).includes(name) }
      readings.set(name, [...(readings.get(name) ?? []), reading])
    }
  }
  return [...readings].map(([name, all]) => document(name, all))
}

function document(name: string, readings: Reading[]): DocumentedVariable {
  const meanings = new Set(readings.map(({ variable }) => meaningOf(name, variable)))
  if (meanings.size > 1) throw new Error(`${name} means different things: ${[...meanings].join(' | ')}`)
  const [first] = readings as [Reading]
  const isShared = readings.every(({ variable }) => variable.default === first.variable.default)
  return {
    name,
    readers: readersOf(readings),
    value: isShared && first.variable.default !== undefined ? String(first.variable.default) : undefined,
    default: defaultOf(readings),
    meaning: [...meanings][0] ?? '',
  }
}

/** The description, and the values that are allowed where only the schema says it. */
function meaningOf(name: string, variable: Variable): string {
  const { description = '' } = variable
  if (!/^[A-Z].*\.$/s.test(description)) throw new Error(`${name} needs a description that is a sentence.`)
  const range = rangeOf(variable)
  return range === undefined || variable.type === 'integer' ? description : `${description} ${range[0]?.toUpperCase()}${range.slice(1)}.`
}

function readersOf(readings: Reading[]): string {
  const names = readings.map(({ program }) => program)
  if (names.length === PROGRAMS.length) return 'all'
  const processes = PROGRAMS.filter(({ isCommand }) => !isCommand).map(({ name }) => name)
  if (!processes.every((name) => names.includes(name))) return names.join(', ')
  return ['all processes', ...names.filter((name) => !processes.includes(name))].join(', ')
}

/** What most readers do when it is not set, then the others by name. */
function defaultOf(readings: Reading[]): string {
  const byDefault = new Map<string, string[]>()
  for (const { program, variable, isRequired } of readings) {
    const absent = isRequired ? 'must be set' : (variable.whenUnset ?? '')
    const text = variable.default === undefined ? absent : `\`${variable.default}\``
    byDefault.set(text, [...(byDefault.get(text) ?? []), program])
  }
  const [usual, ...others] = [...byDefault].sort(([, a], [, b]) => b.length - a.length)
  return [usual?.[0] ?? '', ...others.map(([text, programs]) => `${programs.join(', ')}: ${text}`)].join('; ')
}
