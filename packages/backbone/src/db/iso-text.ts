let [lastMs, lastText] = [0, '1970-01-01T00:00:00.000Z']

/** An instant as JSON has it. The last answer is kept: the rows and events of a change repeat their instants. */
export function isoText(instant: Date): string {
  const ms = instant.getTime()
  if (ms !== lastMs) [lastMs, lastText] = [ms, instant.toISOString()]
  return lastText
}

export const isoOrNull = (instant: Date | null) => (instant === null ? null : isoText(instant))
