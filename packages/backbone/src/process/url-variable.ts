import Type, { type TSchemaOptions } from 'typebox'

type UrlRule = (url: URL, text: string) => string | undefined

/**
 * A variable with a URL. `forms` says for each scheme how it is written, `postgres://user:password@host:5432/database`;
 * a form without `//` may go on with anything. `rule` may refuse what can be parsed, in words that follow the variable's name.
 */
export function urlVariable(
  forms: Readonly<Record<string, string>>,
  options: TSchemaOptions & { default?: string },
  rule: UrlRule = () => undefined,
) {
  const problem = (text: string) => problemOfUrl(text, forms, rule)
  return Type.Refine(
    Type.String(options),
    (text) => problem(text) === undefined,
    (text) => problem(text) ?? '',
  )
}

/** Where something is on the web. What is appended to it must still lead there. */
export function webAddress(options: TSchemaOptions & { default?: string }) {
  const forms = { http: 'http://host:port', https: 'https://host' }
  return urlVariable(forms, options, ({ username, search, hash }, text) => {
    if (username !== '') return 'must not have a user: everybody sees it'
    if (search !== '' || hash !== '') return 'must not have a ? or a #: paths are appended to it'
    return text.endsWith('/') ? 'must not end in a slash: paths are appended to it' : undefined
  })
}

/** These may leave their host to a parameter (`?host=/var/run/postgresql`). */
const WITHOUT_HOST = /^postgres(ql)?:/

function problemOfUrl(text: string, forms: Readonly<Record<string, string>>, rule: UrlRule) {
  const scheme = /^[a-z]+(?=:)/.exec(text)?.[0] ?? ''
  const form = Object.hasOwn(forms, scheme) ? forms[scheme] : undefined
  if (form === undefined) return `must be ${[...new Set(Object.values(forms))].join(' or ')}`
  if (!form.includes('//')) return undefined
  const url = text.startsWith(`${scheme}://`) ? URL.parse(text) : null
  if (url === null || (url.hostname === '' && !WITHOUT_HOST.test(text))) {
    const advice = form.includes('@') ? '; a user or a password has other characters than letters, digits, -, _ and . as %XX' : ''
    return `must be ${form}${advice}`
  }
  const credentials = `${url.username}:${url.password}`
  if (/%(?![0-9a-f]{2})/i.test(credentials)) return 'has a % in its user or password that is not the start of %XX: write it as %25'
  return rule(url, text)
}
