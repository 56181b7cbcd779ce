import { eventually } from '@lifeline/testing/eventually'
import type { Bench } from '../bench.ts'
import type { Figure } from '../figure.ts'
import { oursAtMost } from '../goal.ts'
import { startInstallation } from '../installation.ts'
import type { LoadSpec } from '../load/load-spec.ts'
import type { MailSink } from '../mail-sink.ts'
import { quantile } from '../quantile.ts'

const RATE = 100
const STEADY = { rate: RATE, connections: 16, windowMs: 8_000 }
/** As fast as they are taken, until there are so many: the mails come after. */
const BURST = { most: 3_000, connections: 64, windowMs: 60_000 }
const PATIENCE_MS = 180_000

/** From a task's creation to its mail being handed over, through API, coordinator and notifier, at 100 tasks a second and in a burst. */
export const mail: Figure = {
  name: 'mail',
  async prepare(bench) {
    const { mails, services } = await startInstallation(bench)
    const send = (load: Pick<LoadSpec, 'connections' | 'windowMs'> & Partial<LoadSpec>) => mailTimes(bench, services.api.url, mails, load)
    await send({ ...STEADY, windowMs: 3_000 })
    return {
      sides: [
        { name: `${RATE} a second`, measure: async () => summary(await send(STEADY)) },
        { name: 'burst', measure: async () => summary(await send(BURST)) },
      ],
      comparisons: [
        { name: `created to mail, p50 at ${RATE} a second`, unit: 'ms', ours: `${RATE} a second: p50 ms` },
        { name: `created to mail, p99 at ${RATE} a second`, unit: 'ms', ours: `${RATE} a second: p99 ms`, goal: oursAtMost(250) },
        { name: `notifications end to end, a burst of ${BURST.most}`, unit: '/s', ours: 'burst: mails/s' },
        { name: `created to mail, p50 in that burst`, unit: 'ms', ours: 'burst: p50 ms' },
        { name: `created to mail, p99 in that burst`, unit: 'ms', ours: 'burst: p99 ms' },
      ],
    }
  },
}

let series = 0

/** Creates tasks, each for an address of its own, and waits for all the mails. Answers when each was due and came. */
async function mailTimes(bench: Bench, url: string, mails: MailSink, load: Pick<LoadSpec, 'connections' | 'windowMs'> & Partial<LoadSpec>) {
  const name = `series${++series}`
  const requests = { kind: 'create', series: name } as const
  const { answered, sentAt } = await bench.load.drive({ url, status: 201, warmUpMs: 0, requests, ...load })
  const arrivalOf = (number: number) => mails.arrivedAt.get(`${name}-${number}@example.org`)
  const waitsFor = () => sentAt.reduce((missing, _, number) => missing + (arrivalOf(number) === undefined ? 1 : 0), 0)
  await eventually(() => bench.signal.aborted || waitsFor() === 0, { timeoutMs: PATIENCE_MS, everyMs: 50 }).catch(() => {
    throw new Error(`${waitsFor()} of ${answered} mails did not come within ${PATIENCE_MS / 1_000} s.`)
  })
  if (mails.repeated() > 0) throw new Error(`${mails.repeated()} mails came twice.`)
  const times = Array.from(sentAt, (sent, number) => ({ sent, arrived: arrivalOf(number) ?? sent }))
  mails.arrivedAt.clear()
  return times
}

function summary(times: { sent: number; arrived: number }[]) {
  const latencies = times.map(({ sent, arrived }) => arrived - sent)
  const seconds = (Math.max(...times.map(({ arrived }) => arrived)) - Math.min(...times.map(({ sent }) => sent))) / 1_000
  return { 'p50 ms': quantile(latencies, 0.5), 'p99 ms': quantile(latencies, 0.99), 'mails/s': times.length / seconds }
}
