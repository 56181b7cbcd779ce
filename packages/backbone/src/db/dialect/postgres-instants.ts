import pg from 'pg'

/** Its type's number. */
export const TIMESTAMPTZ = 1184
const parseAny = pg.types.getTypeParser(TIMESTAMPTZ)

/** `2026-03-02 09:00:00+00`, with up to six digits of a second: what a server writes whose zone is UTC, before the year 10000. */
const [LENGTH, DIGITS] = ['2026-03-02 09:00:00+00'.length, '.123456'.length]

/**
 * An instant as PostgreSQL writes it. The parser of pg takes any of its forms apart by regular expressions, which was a
 * twentieth of the work of a list; this one reads the usual form at its places, in a third of the time, and leaves the rest to it.
 */
export function parseInstant(text: string): Date | number | null {
  const isUsual = text.length >= LENGTH && text.length <= LENGTH + DIGITS && text.endsWith('+00') && text[4] === '-' && text[10] === ' '
  if (!isUsual) return parseAny(text)
  const at = (from: number, to: number) => {
    let number = 0
    for (let i = from; i < to; i++) number = number * 10 + text.charCodeAt(i) - 48
    return number
  }
  const month = at(5, 7) - 1
  // Zeros at the end of a fraction are left out.
  const digits = Math.min(text.length - LENGTH - 1, 3)
  const ms = digits > 0 ? at(20, 20 + digits) * 10 ** (3 - digits) : 0
  // Date.UTC takes years up to 99 for those of the last century.
  const year = at(0, 4)
  if (year < 100) return parseAny(text)
  return new Date(Date.UTC(year, month, at(8, 10), at(11, 13), at(14, 16), at(17, 19), ms))
}
