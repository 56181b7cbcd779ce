import { createHistogram } from 'node:perf_hooks'
import { type Connection, openConnection } from './connection.ts'
import { type LoadResult, type LoadSpec, monotonicMs } from './load-spec.ts'
import { requestMaker } from './requests.ts'

/** A server that does not answer for so long is broken. */
const PATIENCE_MS = 30_000
/** How often requests that are due are sent, with a rate. */
const PACE_MS = 1

/** Sends what `spec` says, waits for the last answer, and sums up. Rejects at the first answer that is not as expected. */
export async function runLoad({
  url,
  connections,
  requests,
  status,
  warmUpMs,
  windowMs,
  rate,
  most = Infinity,
}: LoadSpec): Promise<LoadResult> {
  const { hostname, port } = new URL(url)
  if (hostname !== '127.0.0.1') throw new Error(`The load driver sends to 127.0.0.1 only, not to ${hostname}.`)
  const next = requestMaker(requests, connections)
  const latencies = createHistogram()
  const sentAt: number[] = []
  const dueSince: number[] = Array(connections).fill(0)
  const idle: number[] = []
  const ended = Promise.withResolvers<void>()
  let lines: Connection[] = []
  let [answered, inWindow, lastInWindow] = [0, 0, 0]
  let [opensAt, closesAt] = [0, Infinity]

  const send = (line: number, due: number) => {
    dueSince[line] = due
    lines[line]?.send(next(line, sentAt.push(due) - 1))
  }
  const mayGoOn = (now: number) => now < closesAt && sentAt.length < most
  const onAnswer = (line: number, answer: { status: number; body: Buffer }) => {
    const now = monotonicMs()
    if (answer.status !== status)
      return ended.reject(new Error(`Answered ${answer.status} instead of ${status}: ${answer.body.toString().slice(0, 500)}`))
    answered++
    if (now >= opensAt && now < closesAt) {
      inWindow++
      lastInWindow = now
      latencies.record(Math.max(1, Math.round((now - (dueSince[line] ?? now)) * 1_000)))
    }
    if (rate === undefined && mayGoOn(now)) send(line, now)
    else idle.push(line)
    if (rate === undefined && !mayGoOn(now) && answered === sentAt.length) ended.resolve()
  }

  const opening = Array.from({ length: connections }, (_, line) =>
    openConnection(Number(port), { onAnswer: (answer) => onAnswer(line, answer), onError: ended.reject }),
  )
  lines = await Promise.race([Promise.all(opening), ended.promise.then(() => [])])
  const startAt = monotonicMs()
  opensAt = startAt + warmUpMs
  closesAt = opensAt + windowMs
  const giveUp = setTimeout(() => ended.reject(new Error('The server did not answer in time.')), warmUpMs + windowMs + PATIENCE_MS)
  let pace: NodeJS.Timeout | undefined
  if (rate === undefined) for (const line of lines.keys()) send(line, monotonicMs())
  else {
    idle.push(...lines.keys())
    pace = setInterval(() => {
      // One that finds no idle connection is sent later, but was due now.
      for (let due = startAt + (sentAt.length * 1_000) / rate; due <= monotonicMs() && mayGoOn(due); due += 1_000 / rate) {
        const line = idle.shift()
        if (line === undefined) return
        send(line, due)
      }
      if (!mayGoOn(monotonicMs()) && answered === sentAt.length) ended.resolve()
    }, PACE_MS)
  }
  try {
    await ended.promise
  } finally {
    clearTimeout(giveUp)
    clearInterval(pace)
    for (const line of lines) line.close()
  }
  if (inWindow === 0) throw new Error('Nothing was answered within the window.')
  // With `most` the window ends early.
  const seconds = (Math.min(closesAt, sentAt.length >= most ? lastInWindow : closesAt) - opensAt) / 1_000
  return {
    answered,
    perSecond: inWindow / seconds,
    p50: latencies.percentile(50) / 1_000,
    p99: latencies.percentile(99) / 1_000,
    sentAt: Float64Array.from(sentAt),
  }
}
