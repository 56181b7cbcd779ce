import type { ErrorObject } from 'ajv'
import type { FieldError } from './problem.ts'
import { childPointer } from './read-json.ts'

interface InputSchema {
  /** Completes the sentence "must be …". */
  description?: string
  /** A secret: it is not repeated. */
  writeOnly?: boolean
  properties?: Record<string, InputSchema>
}

/**
 * Says each error of Ajv in plain words: which value, what is allowed, what it is. One error a value: a title that is a
 * number is not also too short.
 */
export function explain(errors: readonly ErrorObject[], part: FieldError['in']): FieldError[] {
  const byPointer = new Map<string, string>()
  for (const error of errors) {
    const { pointer, detail } = explainOne(error)
    if (!byPointer.has(pointer)) byPointer.set(pointer, detail)
  }
  return [...byPointer].map(([pointer, detail]) => ({ in: part, pointer, detail }))
}

function explainOne({ keyword, instancePath, params, parentSchema, data }: ErrorObject) {
  const schema = parentSchema as InputSchema
  const fields = Object.keys(schema.properties ?? {}).join(', ')
  switch (keyword) {
    case 'required': {
      const name = String(params.missingProperty)
      return { pointer: childPointer(instancePath, name), detail: required(schema.properties?.[name]) }
    }
    case 'additionalProperties':
      return {
        pointer: childPointer(instancePath, String(params.additionalProperty)),
        detail: `is not known here; known are ${fields}`,
      }
    case 'minProperties':
      return { pointer: instancePath, detail: `must have at least one of ${fields}` }
    default:
      // '' was made null on the way in.
      if (data === null) return { pointer: instancePath, detail: required(schema) }
      return {
        pointer: instancePath,
        detail: `must be ${schema.description ?? 'something else'}${schema.writeOnly === true ? '' : `; it is ${nameOf(data)}`}`,
      }
  }
}

const required = (schema: InputSchema | undefined) => `is required: ${schema?.description ?? 'any value'}`

function nameOf(value: unknown): string {
  if (Array.isArray(value)) return `a list of ${value.length}`
  if (typeof value === 'object') return 'an object'
  if (typeof value === 'number') return `the number ${value}`
  if (typeof value !== 'string') return String(value ?? 'missing')
  const characters = [...value.slice(0, 10_000)]
  return characters.length <= 60 ? JSON.stringify(value) : `a text of ${value.length > 10_000 ? 'many' : characters.length} characters`
}
