/** What the load driver is to send. All of it is bounded, and goes to this machine only. */
export interface LoadSpec {
  /** `http://127.0.0.1:<port>` */
  url: string
  connections: number
  requests: RequestSpec
  /** The one status that is right; any other ends the run with an error. */
  status: number
  /** Not counted in speed and latency, but in `answered`. */
  warmUpMs: number
  windowMs: number
  /** Requests a second, sent when their time has come and whatever was answered. Without it, each connection sends on its answer. */
  rate?: number
  /** No more requests than this. */
  most?: number
}

export type RequestSpec =
  /** `POST /tasks`, the n-th for `<series>-<n>@example.org`, or for one of 1,000 people. */
  | { kind: 'create'; series?: string }
  /** `PATCH /tasks/:id/status`, each task to and fro between Pending and InProgress. No two requests for one task at once. */
  | { kind: 'move'; tasks: readonly { id: string; status: string }[] }
  /** A request with this body to each of these, one after the other. */
  | { kind: 'send'; method: 'POST' | 'PUT'; paths: readonly string[]; body: object }
  /** `POST /schedulers/register` of the n-th of a series. */
  | { kind: 'register'; series: string }
  /** `GET` of these, one after the other, with another credential than the API key of the run, or with none (''). */
  | { kind: 'get'; paths: readonly string[]; bearer?: string }

export interface LoadResult {
  /** All requests; each was answered with the right status. */
  answered: number
  /** Of the window, answers a second. */
  perSecond: number
  /** Milliseconds. With a rate, from when a request was due, so that waiting for a connection counts. */
  p50: number
  p99: number
  /** When each request was sent or due, in the order of their numbers, in milliseconds of the machine's monotonic clock. */
  sentAt: Float64Array
}

/** Milliseconds that all processes of this machine count alike. */
export const monotonicMs = () => Number(process.hrtime.bigint()) / 1e6
