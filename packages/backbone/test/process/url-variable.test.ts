import t from 'tap'
import { urlVariable, webAddress } from '../../src/process/url-variable.ts'
import { problemOf } from '../../src/process/variable.ts'

const FORM = 'postgres://user:password@host:5432/database'
const variable = urlVariable({ postgres: FORM, pglite: 'pglite:<folder>' }, {})

t.test('a URL of one of the forms is taken', async (t) => {
  for (const url of [
    'postgres://ann:pa%2Fss@db.example.org:5432/tasks?sslmode=verify-full',
    'postgres://[::1]/tasks',
    'postgres:///tasks?host=/run/postgresql',
    'pglite:',
    'pglite:./some folder/%',
  ])
    t.equal(problemOf(variable, url), undefined, url)
})

t.test('another is told the forms; one that does not parse also how a password is written', async (t) => {
  const both = `must be ${FORM} or pglite:<folder>`
  for (const url of ['mysql://db', 'db', '', 'constructor://db', 'Postgres://db']) t.equal(problemOf(variable, url), both, url)
  for (const url of ['postgres:tasks', 'postgres://ann:pa/ss@db/tasks', 'postgres://ann:pa#ss@db/tasks', 'postgres://db:port/tasks'])
    t.equal(
      problemOf(variable, url),
      `must be ${FORM}; a user or a password has other characters than letters, digits, -, _ and . as %XX`,
      url,
    )
  t.match(problemOf(variable, 'postgres://ann:100%@db/tasks'), /write it as %25$/)
})

t.test('an address on the web is one that paths can be appended to', async (t) => {
  const address = webAddress({})
  for (const url of ['https://tasks.example.org', 'http://127.0.0.1:3000', 'https://example.org/tasks'])
    t.equal(problemOf(address, url), undefined, url)
  t.match(problemOf(address, 'https://example.org/'), /must not end in a slash/)
  t.match(problemOf(address, 'https://example.org?a=b'), /must not have a \?/)
  t.match(problemOf(address, 'https://ann:hunter2@example.org'), /must not have a user/)
  t.match(problemOf(address, 'example.org'), /must be http:/)
  t.match(problemOf(address, 'https://'), /must be https:/)
})
