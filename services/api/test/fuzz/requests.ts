import fc, { type Arbitrary } from 'fast-check'
import { BROKEN_BODIES, CONTENT_TYPES, ODD_NAMES, ODD_TEXTS } from './odd-values.ts'
import type { Operation, Parameter } from './operations.ts'
import { almostFitting, fitting, known, missing } from './values.ts'

/** A request as it is planned: `«id:7»` in it stands for an id that some answer has shown by then. */
export interface Plan {
  /** The operation that is to answer; undefined when method or path were changed, so that any refusal is right. */
  operation: Operation | undefined
  method: string
  /** Segments of the path, not encoded. */
  path: readonly string[]
  /** Appended to the URL as it is. */
  tail: string
  query: readonly (readonly [name: string, value: string])[]
  headers: Readonly<Record<string, string>>
  body: string | Buffer | undefined
  /** An address of its own, so that limits by address do not end the test. */
  remoteAddress: string
}

const rarely = <T>(arbitrary: Arbitrary<T>, otherwise: T, weight = 9) =>
  fc.oneof({ arbitrary: fc.constant(otherwise), weight }, { arbitrary, weight: 1 })
const oddText = fc.constantFrom(...ODD_TEXTS)

/** Requests to an operation: half of them right, the others wrong in a place or two. `keys` are good, the first above all. */
export function requestsTo(operation: Operation, keys: readonly string[]): Arbitrary<Plan> {
  const of = (place: Parameter['in']) => operation.parameters.filter((parameter) => parameter.in === place)
  return fc
    .record({
      method: rarely(fc.constantFrom('GET', 'PUT', 'POST', 'PATCH', 'DELETE', 'OPTIONS', 'HEAD'), operation.method, 30),
      path: pathOf(operation.path, of('path')),
      tail: rarely(fc.constantFrom('%', '%zz', '%00', '%ED%A0%80', '/', '//', '/..', ';a=b', '?', '?&&=&', '#x', '?a[b]=c', '\\'), '', 30),
      query: queryOf(of('query')),
      headers: headersOf(of('header'), keys, operation.body !== undefined),
      body: bodyOf(operation),
      remoteAddress: fc.ipV4(),
    })
    .map((plan) => ({ ...plan, operation: plan.method === operation.method && /^(\?.*)?$/.test(plan.tail) ? operation : undefined }))
}

function pathOf(template: string, parameters: readonly Parameter[]): Arbitrary<string[]> {
  const segments = template.split('/').slice(1)
  return fc.tuple(
    ...segments.map((segment) => {
      const parameter = parameters.find(({ name }) => segment.startsWith(`{${name}}`))
      if (parameter === undefined) return fc.constant(segment)
      const right = fitting(parameter.schema, parameter.name).map((value) => segment.replace(`{${parameter.name}}`, () => inText(value)))
      return fc.oneof({ arbitrary: right, weight: 9 }, { arbitrary: oddText.filter((text) => text !== '' && text.length < 500), weight: 1 })
    }),
  )
}

function queryOf(parameters: readonly Parameter[]): Arbitrary<(readonly [string, string])[]> {
  const pairsOf = (name: string, value: Arbitrary<unknown>) => value.map((one) => [one].flat().map((item) => [name, inText(item)] as const))
  const right = parameters.map(({ name, schema, required }) => {
    const pairs = pairsOf(name, fitting(schema, name))
    return required === true ? pairs : fc.oneof({ arbitrary: fc.constant([]), weight: 4 }, { arbitrary: pairs, weight: 1 })
  })
  // Perhaps a second time: a list where one is wanted.
  const wrong = parameters.map(({ name, schema }) => pairsOf(name, missing(schema)))
  const strangers = ['a[b]', ...ODD_NAMES].map((name) => pairsOf(name, oddText))
  return fc.tuple(...right, rarely(fc.oneof(...wrong, fc.oneof(...strangers)), [], 3)).map((parts) => parts.flat())
}

/** What has no text of its own is written as JSON. */
const inText = (value: unknown) => (typeof value === 'object' ? JSON.stringify(value) : String(value))

/** Only what can stand in a header: Node refuses the rest before we see it. */
const headerText = (text: string) => text.replace(/[^\t\x20-\x7e\x80-\xff]/g, '?')

const oddHeader = oddText.map(headerText)
const anyOf = (...values: string[]) => fc.oneof({ arbitrary: fc.constantFrom(...values), weight: 4 }, oddHeader)

/** Sent now and then to every operation, whether it knows them or not. */
const EXTRA_HEADERS: Readonly<Record<string, Arbitrary<string>>> = {
  'if-match': fc.oneof(known('etag'), anyOf('*', '"1"', 'W/"1"', '"1", "2"', '"', '1')),
  'if-none-match': fc.oneof(known('etag'), anyOf('*', '"1"', 'W/"1"', '"1", "2"')),
  // Few, so that many a request comes a second time.
  'idempotency-key': fc.oneof({ arbitrary: fc.nat(30).map((n) => `key-${n}`), weight: 3 }, oddHeader),
  'lifeline-actor': anyOf('ann@example.org', 'ANN@example.org', 'ann', 'ann@example.org, bob@example.org'),
  range: anyOf('bytes=0-1', 'items=0-9'),
  accept: anyOf('*/*', 'application/json', 'text/html', 'image/png;q=0'),
  'accept-encoding': anyOf('gzip', 'br;q=1', '*;q=0'),
  'x-request-id': anyOf('mine-1'),
  traceparent: anyOf('00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01', '00-0-0-00'),
  origin: anyOf('https://example.org', 'null'),
  'x-forwarded-for': anyOf('10.0.0.1', '::1, 1.2.3.4'),
  'x-http-method-override': anyOf('DELETE'),
  cookie: anyOf('a=b'),
}

function headersOf(declared: readonly Parameter[], keys: readonly string[], hasBody: boolean): Arbitrary<Record<string, string>> {
  const key = fc.constantFrom(...keys.slice(0, 1), ...keys).map((one) => `Bearer ${one}`)
  const token = known('token').map((one) => `Bearer ${one}`)
  const wrong = fc.oneof(
    anyOf('Basic YTpi', 'Bearer', 'Bearer x', 'Bearer llk_test_0123456789abcdee', 'Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0.'),
    fc.constant(''),
  )
  const authorization = fc.oneof({ arbitrary: key, weight: 15 }, { arbitrary: token, weight: 3 }, { arbitrary: wrong, weight: 1 })
  const contentType = hasBody
    ? rarely(fc.constantFrom(...CONTENT_TYPES), 'application/json', 20)
    : rarely(fc.constant('application/json'), '', 20)
  const own = declared.map(({ name, schema }) => fitting(schema, name).map((value) => [name.toLowerCase(), headerText(inText(value))]))
  const extra = Object.entries(EXTRA_HEADERS).map(([name, value]) => value.map((text) => [name, text]))
  return fc
    .tuple(authorization, contentType, ...[...own, ...extra].map((header) => rarely<string[] | undefined>(header, undefined, 15)))
    .map(([auth, type, ...rest]) => {
      const pairs = [['authorization', auth], ['content-type', type], ...rest].filter((pair) => pair !== undefined)
      return Object.fromEntries(pairs.filter(([, text]) => text !== ''))
    })
}

function bodyOf({ body: schema }: Operation): Arbitrary<string | Buffer | undefined> {
  if (schema === undefined) return rarely<string | Buffer | undefined>(fc.constantFrom('{}', ...BROKEN_BODIES), undefined, 30)
  const right = fitting(schema).map((value) => JSON.stringify(value))
  const wrong = almostFitting(schema).map((value) => JSON.stringify(value))
  return fc.oneof(
    { arbitrary: right, weight: 10 },
    { arbitrary: wrong, weight: 8 },
    { arbitrary: fc.constantFrom(...BROKEN_BODIES), weight: 1 },
  )
}
