/**
 * Compose's variables in a text: `$NAME`, `${NAME}`, `${NAME:-default}`, `${NAME-default}`, `${NAME:?message}`; `$$` is a `$`.
 * Defaults may hold variables. Throws where Compose would.
 */
export function interpolate(text: string, env: Readonly<Record<string, string | undefined>>): string {
  let result = ''
  for (let at = 0; at < text.length; ) {
    const plain = /^\$(\$|[A-Za-z_]\w*)/.exec(text.slice(at))
    if (text.startsWith('${', at)) {
      const end = closing(text, at + 2)
      result += expand(text.slice(at + 2, end), env)
      at = end + 1
    } else if (plain !== null) {
      result += plain[1] === '$' ? '$' : (env[plain[1] as string] ?? '')
      at += plain[0].length
    } else result += text[at++]
  }
  return result
}

/** Names of the variables that a text takes from its environment. */
export function variablesIn(text: string): string[] {
  return [...text.matchAll(/(?<!\$)\$\{?([A-Za-z_]\w*)/g)].map(([, name]) => name as string)
}

function closing(text: string, from: number): number {
  let depth = 1
  for (let at = from; at < text.length; at++) {
    if (text.startsWith('${', at)) depth++
    else if (text[at] === '}' && --depth === 0) return at
  }
  throw new Error(`${text} has no closing brace.`)
}

function expand(expression: string, env: Readonly<Record<string, string | undefined>>): string {
  const [, name = '', colon, operator, rest = ''] = /^([A-Za-z_]\w*)(?:(:?)([-?])(.*))?$/s.exec(expression) ?? []
  if (name === '') throw new Error(`\${${expression}} is no variable that this check understands.`)
  const value = env[name]
  if (value !== undefined && !(colon === ':' && value === '')) return value
  if (operator === '?') throw new Error(`\${${expression}} must be set.`)
  return operator === '-' ? interpolate(rest, env) : ''
}
