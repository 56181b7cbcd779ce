import t from 'tap'
import { debianCron } from './debian-cron.ts'
import { givenLife } from './given-life.ts'
import { MONTHS_OF_CHANGE, REAL_SCHEDULES } from './real-schedules.ts'

/** Of each zone, so that they are five hundred. */
const EACH = 125
const ZONES = ['Europe/Berlin', 'America/New_York', 'Asia/Jakarta', 'Australia/Lord_Howe']

/** Always the same numbers from 0 to 1. */
function chances(seed: number): () => number {
  let state = seed * 2_654_435_761 + 1
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 4_294_967_296
  }
}

/** How much of what a clock may be ahead that of each job is; of one in four. */
function ahead(i: number, starts: readonly { at: number }[], slot: number): number {
  const [at = 0, before = at] = [starts[slot]?.at, starts[slot - 1]?.at]
  return i % 4 === 1 ? Math.floor((Math.min(60_000, (at - before) / 10) * ((i % 7) + 1)) / 7) : 0
}

interface Plan {
  graceMs: number
  tolerance: number
  starts: readonly { at: number; skipped: boolean }[]
  /** What must be told, and nothing else: reckoned from the starts of Debian's cron alone. */
  story: string[]
}

/** Some runs that do not happen, and what must be said of them. */
function plan(starts: readonly number[], tolerance: number, lateness: boolean, chance: () => number, until: number): Plan {
  const gap = Math.min(...starts.slice(1).map((at, i) => at - (starts[i] ?? 0)), 24 * 3_600_000)
  const graceMs = Math.floor(Math.min(gap / 2, 1_800_000) / 1_000) * 1_000
  const rare = Math.max(0.01, Math.min(0.3, 3 / starts.length))
  const planned = starts.map((at) => ({ at, skipped: chance() < rare }))
  const iso = (at: number) => new Date(at).toISOString()
  const story: string[] = []
  let [status, failures] = ['New', 0]
  for (const { at, skipped } of planned) {
    if (!skipped) {
      if (status === 'New') story.push(`up ${iso(at)}`)
      if (status === 'Down') story.push(`recovered ${iso(at)}`)
      ;[status, failures] = ['Up', 0]
    } else if (status !== 'Down') {
      if (lateness && at + graceMs / 2 <= until) story.push(`late ${iso(at + graceMs / 2)}`)
      if (at + graceMs > until) continue
      failures++
      story.push(`${failures < tolerance ? 'failed' : 'down'} ${iso(at + graceMs)}`)
      if (failures >= tolerance) status = 'Down'
    }
  }
  return { graceMs, tolerance, starts: planned, story }
}

/** Instants of success are told as those of the slot that it belongs to, so that durations do not matter. */
function bySlot(story: readonly string[], slots: ReadonlyMap<string, string>): string[] {
  return story.map((line) => {
    const [action = '', at = ''] = line.split(' ')
    return `${action} ${slots.get(at) ?? at}`
  })
}

for (const { zone, from, to } of MONTHS_OF_CHANGE.filter((month) => ZONES.includes(month.zone))) {
  t.test(`${zone} from ${from}: ${EACH} schedules, and no alarm that is false, missed or at another instant`, async (t) => {
    const expressions = Array.from(
      { length: EACH },
      (_, i) => REAL_SCHEDULES[(i * 11 + ZONES.indexOf(zone) * 49) % REAL_SCHEDULES.length] ?? '',
    )
    const [first, last] = [new Date(from), new Date(to)]
    const all = debianCron(expressions, zone, first, last)
    let [alarms, signals, early] = [0, 0, 0]
    for (const [i, cron] of expressions.entries()) {
      const chance = chances(i + 1)
      // The clock looks at every instant it was told; or now and then, and signals come before it.
      const isPunctual = i % 3 !== 0
      const { graceMs, tolerance, starts, story } = plan(all[i] ?? [], 1 + (i % 2), isPunctual, chance, last.getTime() - 1)
      const life = givenLife({
        name: cron,
        cron,
        timeZone: zone,
        graceSeconds: graceMs / 1_000,
        failureTolerance: tolerance,
        warnWhenLate: isPunctual,
        now: new Date(first.getTime() - 1),
      })
      const slots = new Map<string, string>()
      for (const [slot, { at, skipped }] of starts.entries()) {
        const earlyMs = ahead(i, starts, slot)
        if (isPunctual) life.passTime(new Date(at - earlyMs - 1))
        if (skipped) continue
        const began = at - earlyMs + (earlyMs > 0 ? 0 : Math.floor(chance() * Math.min(2_000, graceMs / 8)))
        // One that tells its end only is early by when it ends.
        const isLong = chance() < 0.5
        const ended = began + Math.floor(chance() * (isLong || earlyMs === 0 ? graceMs / 4 : earlyMs))
        if (isLong) life.signal('start', new Date(began))
        life.signal('success', new Date(ended))
        signals++
        if (ended < at) early++
        slots.set(new Date(ended).toISOString(), new Date(at).toISOString())
      }
      if (isPunctual) life.passTime(new Date(last.getTime() - 1))
      else life.wake(new Date(last.getTime() - 1))
      const told = bySlot(life.story(), slots).filter((line) => !line.startsWith('flapping'))
      if (told.join('\n') !== story.join('\n')) t.strictSame(told, story, `${cron}, grace ${graceMs / 1_000} s`)
      alarms += story.filter((line) => line.startsWith('down')).length
    }
    t.ok(alarms > 100 && signals > 5_000 && early > 200, `${alarms} alarms, ${signals} runs, ${early} early`)
  })
}
