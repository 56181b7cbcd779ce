import t from 'tap'
import { givenApi } from './given-api.ts'
import { givenPerson } from './given-key.ts'

t.test('a name in Lifeline-Actor is one address and nothing else', async (t) => {
  const { send, create } = await givenApi(t)
  t.match(await create({}, { 'lifeline-actor': 'Ann@Example.ORG' }), { createdBy: 'mailto:ann@example.org' })
  const wrong = [
    '',
    'ann',
    'key:test',
    'mailto:ann@example.org',
    'ann@example.org, ben@example.org',
    'ann@example.org\r\nX-Role: admin',
    'ann@example.org\n',
    'ann@example.org\0',
    'Ann <ann@example.org>',
    "ann@example.org'--",
    'änn@example.org',
    'ann@еxample.org',
    `${'a'.repeat(250)}@example.org`,
  ]
  for (const actor of wrong) {
    const answer = await send('GET', '/tasks', undefined, { 'lifeline-actor': actor })
    t.match(answer, { status: 422, json: { errors: [{ in: 'header', pointer: '/lifeline-actor' }] } }, JSON.stringify(actor))
  }
})

t.test('a person acts for nobody else', async (t) => {
  const { send, db } = await givenApi(t)
  const { bearer, email } = await givenPerson(db, { role: 'admin' })
  for (const actor of ['ben@example.org', email]) {
    const answer = await send('GET', '/tasks', undefined, { ...bearer, 'lifeline-actor': actor })
    t.match(answer, { status: 422, json: { errors: [{ in: 'header', pointer: '/lifeline-actor', detail: /keys of the system/ }] } })
  }
})

t.test('names that mean something to JavaScript are unknown fields, wherever they stand', async (t) => {
  const { send, create } = await givenApi(t)
  const { id } = await create()
  const routes = [
    ['POST', '/tasks', '"title": "x", "assignee": "bob@example.org"'],
    ['PATCH', `/tasks/${id}`, '"title": "x"'],
    ['PATCH', `/tasks/${id}/status`, '"status": "OnHold"'],
    ['POST', '/keys', '"name": "k"'],
  ] as const
  for (const [method, path, fields] of routes) {
    for (const name of ['__proto__', 'constructor', 'prototype', 'toString']) {
      const answer = await send(method, path, `{${fields}, "${name}": {"polluted": true, "prototype": {"polluted": true}}}`)
      t.match(answer, { status: 422, json: { errors: [{ pointer: `/${name}` }] } }, `${method} ${path} ${name}`)
      t.equal((await send('GET', `/tasks?${name}=1`)).status, 422)
    }
  }
  t.equal(({} as { polluted?: boolean }).polluted, undefined)
  t.match((await send('GET', `/tasks/${id}`)).json, { version: 1 })
})

t.test('a client says nothing that is not its to say', async (t) => {
  const { send, db, create } = await givenApi(t)
  const { bearer } = await givenPerson(db)
  const { id } = await create()
  const forbidden = {
    id,
    status: 'Completed',
    createdBy: 'user:7',
    created_by: 'user:7',
    version: 9,
    deletedAt: null,
    owner: 'x',
    actor: 'x',
  }
  for (const [name, value] of Object.entries(forbidden)) {
    const created = await send('POST', '/tasks', { title: 'x', assignee: 'bob@example.org', [name]: value }, bearer)
    t.match(created, { status: 422, json: { errors: [{ pointer: `/${name}` }] } }, `POST ${name}`)
    t.match(await send('PATCH', `/tasks/${id}`, { title: 'y', [name]: value }), { status: 422 }, `PATCH ${name}`)
  }
})

t.test('bearers of any shape are 401, and never 500', async (t) => {
  const { app, db, lines } = await givenApi(t)
  const { text } = await givenPerson(db)
  const odd = [
    'llk_',
    'llk__',
    `llk_${'f'.repeat(32)}_`,
    `llk_${'f'.repeat(32)}_${'x'.repeat(10_000)}`,
    `llk_constructor_${'x'.repeat(43)}`,
    `llk_${'g'.repeat(32)}_${'x'.repeat(43)}`,
    `${text}\0`,
    `${text} ${text}`,
    `${text},`,
    "' or 1=1 --",
    'eyJhbGciOiJub25lIn0.eyJzdWIiOiJhZG1pbiJ9.',
    'Bearer',
    '%00',
  ]
  for (const one of odd) {
    const { statusCode } = await app.inject({ url: '/tasks', headers: { authorization: `Bearer ${one}` } })
    t.equal(statusCode, 401, one.slice(0, 60))
  }
  const secret = text.split('_').slice(2).join('_')
  t.notMatch(JSON.stringify(lines), secret)
})
