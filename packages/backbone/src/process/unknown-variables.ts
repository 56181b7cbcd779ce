import { KNOWN_VARIABLES } from './known-variables.ts'

/** What Kubernetes puts into every container of a namespace that has a Service whose name starts with `lifeline`. */
const OF_KUBERNETES = /^LIFELINE_(\w+_)?(SERVICE_(HOST|PORT(_\w+)?)=|PORT(_\d+_(TCP|UDP|SCTP)(_\w+)?=|=(tcp|udp|sctp):\/\/))/

/**
 * A problem for each LIFELINE_ variable that no process of ours reads, because a misspelt secret must not be a missing one.
 * Those of other processes are fine: one `.env` serves all. `own` are known beside KNOWN_VARIABLES.
 */
export function unknownVariables(env: Readonly<Record<string, string | undefined>>, own: readonly string[]): string[] {
  const known = [...new Set([...Object.keys(KNOWN_VARIABLES), ...own])]
  const isKnown = (name: string) => known.includes(name) || known.includes(name.replace(/_FILE$/, ''))
  const ofKubernetes = (name: string) => OF_KUBERNETES.test(`${name}=${env[name]}`)
  const unknown = Object.keys(env).filter((name) => /^LIFELINE_/i.test(name) && !isKnown(name) && !ofKubernetes(name))
  return unknown.map((name) => {
    const meant = closest(name, known)
    const ours = known.filter((other) => other.startsWith('LIFELINE_')).join(', ')
    return `${name} is not known here; ${meant === undefined ? `known are ${ours}.` : `did you mean ${meant}?`}`
  })
}

/** More mistakes than these are another word. */
const MAX_MISTAKES = 3

function closest(name: string, known: readonly string[]): string | undefined {
  const [plain, suffix] = /_FILE$/i.test(name) ? [name.slice(0, -'_FILE'.length), '_FILE'] : [name, '']
  const upper = plain.toUpperCase()
  const unprefixed = upper.replace(/^LIFELINE_/, '')
  const [best] = known
    .map((other) => ({ other, mistakes: unprefixed === other ? 0 : mistakesBetween(upper, other) }))
    .filter(({ mistakes }) => mistakes <= MAX_MISTAKES)
    .sort((a, b) => a.mistakes - b.mistakes)
  return best === undefined ? undefined : `${best.other}${suffix}`
}

/** Letters to add, take away or change to make one word of the other (Levenshtein). */
function mistakesBetween(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i)
  for (const [i, letter] of [...a].entries()) {
    const next = [i + 1]
    for (let j = 0; j < b.length; j++) {
      const [left = 0, above = 0, diagonal = 0] = [next[j], row[j + 1], row[j]]
      next.push(Math.min(left + 1, above + 1, diagonal + (letter === b[j] ? 0 : 1)))
    }
    row = next
  }
  return row.at(-1) ?? 0
}
