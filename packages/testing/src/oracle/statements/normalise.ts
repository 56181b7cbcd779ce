import { mapCode, numberBinds } from '../sql-text.ts'

/** The same text for a statement however many values its IN lists hold: one of them stands for all. */
export function normalise(sql: string): string {
  const short = mapCode(sql, (code) => code.replace(/\bin \((:\w+)(?:, :\w+)+\)/gi, 'in ($1)'))
  return numberBinds(short, (number) => `:${number}`)
    .replace(/\s+/g, ' ')
    .trim()
}
