import type { TSchema } from 'typebox'
import { Compile } from 'typebox/compile'
import type { OutgoingMessage } from './add-messages.ts'
import { type DomainEvent, eventMessage } from './cloud-event.ts'

/**
 * Writes events whose data is what `schema` promises. What it answers throws when the data is not: then nothing is
 * written, and nothing was announced.
 */
export function checkedEvents<Data>(schema: TSchema) {
  const checker = Compile(schema)
  return (event: Omit<DomainEvent<Data>, 'id'>, cc: readonly string[] = []): OutgoingMessage => {
    if (!checker.Check(event.data)) {
      const problems = checker.Errors(event.data).map(({ instancePath, message }) => `${instancePath} ${message}`)
      throw new Error(`The event of ${event.subject} is not as promised: ${problems.join('; ')}`)
    }
    return eventMessage(event, cc)
  }
}

/** For EVENT_SCHEMAS, of a kind whose events all have the same data. */
export function schemasByType<Type extends string, Schema extends TSchema>(types: readonly Type[], schema: Schema) {
  return Object.fromEntries(types.map((type) => [type, schema])) as Record<Type, Schema>
}
