/** As much of a JSON schema as documents of ours have. */
export interface Schema {
  type?: string | readonly string[]
  enum?: readonly unknown[]
  const?: unknown
  anyOf?: readonly Schema[]
  oneOf?: readonly Schema[]
  allOf?: readonly Schema[]
  properties?: Readonly<Record<string, Schema>>
  required?: readonly string[]
  additionalProperties?: boolean | Schema
  items?: Schema
  minItems?: number
  maxItems?: number
  minLength?: number
  maxLength?: number
  pattern?: string
  format?: string
  minimum?: number
  maximum?: number
}

export interface Parameter {
  in: 'path' | 'query' | 'header'
  name: string
  required?: boolean
  schema: Schema
}

/** One operation of the OpenAPI document, its references followed. */
export interface Operation {
  method: string
  /** `/api/v1/tasks/{id}` */
  path: string
  parameters: readonly Parameter[]
  /** Undefined when it takes no body. */
  body: Schema | undefined
  /** By status; the schema is undefined where the answer has no body. */
  responses: Readonly<Record<string, { type: string; schema: Schema | undefined }>>
}

type Node = { [name: string]: unknown }

/** Every operation of a document, those of routes that nobody has thought of here too. */
export function operationsOf(document: Node): Operation[] {
  const whole = follow(document, document, 0) as { paths: Record<string, Record<string, Node>> }
  return Object.entries(whole.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { parameters = [], requestBody, responses }]) => ({
      method: method.toUpperCase(),
      path,
      parameters: parameters as Parameter[],
      body: contentOf(requestBody as Node | undefined).schema,
      responses: Object.fromEntries(
        Object.entries(responses as Record<string, Node>).map(([status, answer]) => [status, contentOf(answer)]),
      ),
    })),
  )
}

function contentOf(node: Node | undefined): { type: string; schema: Schema | undefined } {
  const [first] = Object.entries((node?.content ?? {}) as Record<string, { schema?: Schema }>)
  return { type: first?.[0] ?? '', schema: first?.[1].schema }
}

/** Deeper than any value of ours; what refers to itself ends here. */
const MAX_DEPTH = 40

/** The document with the target in place of every `$ref`. */
function follow(node: unknown, document: Node, depth: number): unknown {
  if (typeof node !== 'object' || node === null || depth > MAX_DEPTH) return node
  if (Array.isArray(node)) return node.map((item) => follow(item, document, depth + 1))
  if ('$ref' in node && typeof node.$ref === 'string') return follow(targetOf(node.$ref, document), document, depth + 1)
  return Object.fromEntries(Object.entries(node).map(([name, value]) => [name, follow(value, document, depth + 1)]))
}

function targetOf(reference: string, document: Node): unknown {
  const names = reference.replace(/^#\//, '').split('/')
  return names.reduce<unknown>((at, name) => (at as Node)[name.replaceAll('~1', '/').replaceAll('~0', '~')], document)
}
