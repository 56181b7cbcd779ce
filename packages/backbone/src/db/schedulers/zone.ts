/** A time between two changes of a zone's offset. Milliseconds; `offset` is what is added to UTC. */
export interface Era {
  from: number
  until: number
  offset: number
  /** The offset before `from`. */
  offsetBefore: number
}

/** By zone, the youngest eras that were asked for. Asking ICU costs 20 µs, and everybody asks for this year's. */
const known = new Map<string, Era[]>()
const KEPT = 8

/** The era of a zone that an instant lies in. Throws a RangeError when there is no such zone. */
export function eraAt(zone: string, instant: number): Era {
  const eras = known.get(zone) ?? []
  const found = eras.find(({ from, until }) => from <= instant && instant < until)
  if (found !== undefined) return found
  const era = readEra(zone, instant)
  known.set(zone, [era, ...eras].slice(0, KEPT))
  return era
}

function readEra(zone: string, instant: number): Era {
  const at = Temporal.Instant.fromEpochMilliseconds(instant).toZonedDateTimeISO(zone)
  const next = at.getTimeZoneTransition('next')
  // The transition before an instant may be that instant itself only when it is asked for from a moment later.
  const from = at.add({ nanoseconds: 1 }).getTimeZoneTransition('previous')
  const before = from?.subtract({ nanoseconds: 1 })
  return {
    from: from?.epochMilliseconds ?? Number.NEGATIVE_INFINITY,
    until: next?.epochMilliseconds ?? Number.POSITIVE_INFINITY,
    offset: at.offsetNanoseconds / 1e6,
    offsetBefore: (before ?? at).offsetNanoseconds / 1e6,
  }
}

/** Whether a name is one of the IANA time zone database; offsets like `+07:00` are none. */
export function isTimeZone(zone: string): boolean {
  if (!/^[A-Za-z]/.test(zone) || zone.length > 60) return false
  try {
    eraAt(zone, 0)
    return true
  } catch {
    return false
  }
}
