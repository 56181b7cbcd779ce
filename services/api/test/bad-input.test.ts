import t from 'tap'
import { givenApi } from './given-api.ts'

const { send, create } = await givenApi(t)

const GOOD = { title: 'Answer the letter', assignee: 'bob@example.org' }

/** Each is one field that is wrong: its pointer, and words that must be in the answer about it. */
const BAD_TASKS: readonly (readonly [what: string, body: unknown, pointer: string, words: RegExp])[] = [
  ['no title', { assignee: GOOD.assignee }, '/title', /required.*1 to 200 characters/],
  ['an empty title', { ...GOOD, title: '' }, '/title', /required.*1 to 200 characters/],
  ['a null title', { ...GOOD, title: null }, '/title', /required/],
  ['a title that is a number', { ...GOOD, title: 5 }, '/title', /string of 1 to 200 characters.*it is the number 5/],
  ['a title that is a list', { ...GOOD, title: ['x'] }, '/title', /it is a list of 1/],
  ['a title of blanks', { ...GOOD, title: ' \t\u3000' }, '/title', /not only blanks/],
  ['a title of 201 characters', { ...GOOD, title: '😀'.repeat(201) }, '/title', /1 to 200 characters.*201 characters/],
  ['U+0000 in the title', { ...GOOD, title: 'a\0b' }, '/title', /U\+0000/],
  ['half a surrogate pair in a label', { ...GOOD, labels: ['ok', 'a\ud800'] }, '/labels/1', /surrogate/],
  ['an unknown field', { ...GOOD, tittle: 'x' }, '/tittle', /not known.*title, assignee/],
  ['an unknown field with a slash', { ...GOOD, 'a/b~': 'x' }, '/a~1b~0', /not known/],
  ['a status, which nobody chooses', { ...GOOD, status: 'Completed' }, '/status', /not known/],
  ['no assignee', { title: 'x' }, '/assignee', /required.*e-mail address/],
  ['an assignee that is no address', { ...GOOD, assignee: 'bob' }, '/assignee', /e-mail address.*"bob"/],
  ['an assignee with a line break', { ...GOOD, assignee: 'bob@example.org\nbcc: x@example.org' }, '/assignee', /e-mail address/],
  ['an assignee of 255 characters', { ...GOOD, assignee: `bob@${'a.'.repeat(125)}c` }, '/assignee', /at most 254 characters/],
  ['a dueAt that is no instant', { ...GOOD, dueAt: 'tomorrow' }, '/dueAt', /RFC 3339/],
  ['a dueAt without a zone', { ...GOOD, dueAt: '2026-03-02T09:00:00' }, '/dueAt', /with a zone/],
  ['a dueAt on 30 February', { ...GOOD, dueAt: '2026-02-30T09:00:00Z' }, '/dueAt', /RFC 3339/],
  ['a dueAt at second 60', { ...GOOD, dueAt: '2016-12-31T23:59:60Z' }, '/dueAt', /RFC 3339/],
  ['a dueAt before 1970', { ...GOOD, dueAt: '1969-12-31T23:59:59Z' }, '/dueAt', /1970 to 9999/],
  ['a dueAt that its zone moves to the year 10000', { ...GOOD, dueAt: '9999-12-31T23:59:59-01:00' }, '/dueAt', /1970 to 9999/],
  ['a dueAt that is a number', { ...GOOD, dueAt: 1772442000 }, '/dueAt', /RFC 3339/],
  ['a description of 4001 bytes', { ...GOOD, description: `${'é'.repeat(2000)}x` }, '/description', /4000 bytes/],
  ['six reminders', { ...GOOD, remindBefore: Array(6).fill('PT1H') }, '/remindBefore', /at most 5.*a list of 6/],
  ['a reminder of a month', { ...GOOD, remindBefore: ['P1M'] }, '/remindBefore/0', /ISO 8601/],
  ['a reminder of no time', { ...GOOD, remindBefore: ['PT0S'] }, '/remindBefore/0', /longer than zero/],
  ['a reminder that is no list', { ...GOOD, remindBefore: 'PT1H' }, '/remindBefore', /list.*"PT1H"/],
  ['21 labels', { ...GOOD, labels: Array(21).fill('x') }, '/labels', /at most 20/],
  ['a label of 51 characters', { ...GOOD, labels: ['x'.repeat(51)] }, '/labels/0', /1 to 50 characters/],
  ['an empty label', { ...GOOD, labels: [''] }, '/labels/0', /1 to 50 characters/],
  ['an externalRef of 201 characters', { ...GOOD, externalRef: 'x'.repeat(201) }, '/externalRef', /1 to 200 characters/],
  ['a body that is a list', [GOOD], '', /JSON object.*a list of 1/],
  ['a body that is null', null, '', /JSON object/],
  ['no body', undefined, '', /JSON object/],
]

t.test('each wrong value is 422, named, with what is allowed, and nothing is created', async (t) => {
  for (const [what, body, pointer, words] of BAD_TASKS) {
    const { status, json, headers } = await send('POST', '/tasks', body)
    t.match(
      { status, code: json.code, headers },
      { status: 422, code: 'invalid', headers: { 'content-type': /^application\/problem\+json/ } },
      what,
    )
    t.equal(json.errors.length, 1, what)
    t.match(json.errors[0], { in: 'body', pointer, detail: words }, what)
    t.match(json, { type: 'about:blank', title: 'Unprocessable Entity', status: 422, request_id: headers['x-request-id'] }, what)
  }
  t.equal((await send('GET', '/tasks')).json.items.length, 0)
})

t.test('all wrong values are told at once, at most twenty', async (t) => {
  const three = await send('POST', '/tasks', { title: 1, assignee: 2, dueAt: 3 })
  t.strictSame(three.json.errors.map(({ pointer }: { pointer: string }) => pointer).sort(), ['/assignee', '/dueAt', '/title'])
  const many = Object.fromEntries(Array.from({ length: 900 }, (_, i) => [`x${i}`, i]))
  t.equal((await send('POST', '/tasks', many)).json.errors.length, 20)
  const nulls = Object.fromEntries(Array.from({ length: 900 }, (_, i) => [`x${i}`, '\0']))
  t.equal((await send('POST', '/tasks', nulls)).json.errors.length, 20)
})

t.test('what is not JSON is 400', async (t) => {
  const bodies = [
    '{"title":',
    'title=x',
    "{'title':1}",
    '[1,]',
    Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]),
    '{"title":"a\nb"}',
  ]
  for (const body of bodies) t.match(await send('POST', '/tasks', body), { status: 400, json: { code: 'bad_json' } }, String(body))
})

t.test('a body over 1 MiB is 413, one that is no JSON 415', async (t) => {
  const big = await send('POST', '/tasks', { ...GOOD, description: 'x'.repeat(1024 * 1024) })
  t.match(big, { status: 413, json: { code: 'too_large', errors: [{ pointer: '', detail: /at most 1048576 bytes/ }] } })
  for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'application/jsonx']) {
    const answer = await send('POST', '/tasks', 'title=x', { 'content-type': type })
    t.match(answer, { status: 415, json: { code: 'unsupported_media_type', detail: /application\/json/ } }, type)
  }
})

t.test('bodies made to be expensive are refused quickly', async (t) => {
  const deep = `{"labels":${'['.repeat(100_000)}${']'.repeat(100_000)}}`
  t.match(await send('POST', '/tasks', deep), { status: 422, json: { errors: [{ detail: /deeper than 20/ }] } })
  const wide = `{"labels":[${'1,'.repeat(400_000)}1]}`
  t.match(await send('POST', '/tasks', wide), { status: 422, json: { errors: [{ pointer: '/labels', detail: /at most 1000/ }] } })
  const longName = `{"${'k'.repeat(1_000_000)}":1}`
  const answer = await send('POST', '/tasks', longName)
  t.ok(answer.status === 422 && answer.body.length < 2_000, 'a long name is not echoed')
  for (const name of ['__proto__', 'constructor', 'toString']) {
    const answer = await send('POST', '/tasks', `{"${name}":{"title":"x"},"title":"x","assignee":"bob@example.org"}`)
    t.match(answer, { status: 422, json: { errors: [{ pointer: `/${name}` }] } }, name)
  }
})

t.test('an edit or a move that makes no sense is 422 and changes nothing', async (t) => {
  const task = await create({ dueAt: '2026-03-03T12:00:00Z' })
  const edits: [body: unknown, pointer: string][] = [
    [{}, ''],
    [{ title: null }, '/title'],
    [{ assignee: '' }, '/assignee'],
    [{ externalRef: 'x' }, '/externalRef'],
    [{ status: 'InProgress' }, '/status'],
    [{ dueAt: '2026-13-01T00:00:00Z' }, '/dueAt'],
  ]
  for (const [body, pointer] of edits) {
    t.match(await send('PATCH', `/tasks/${task.id}`, body), { status: 422, json: { errors: [{ pointer }] } }, JSON.stringify(body))
  }
  const moves: [body: unknown, pointer: string][] = [
    [{}, '/status'],
    [{ status: 'Done' }, '/status'],
    [{ status: 'inprogress' }, '/status'],
    [{ status: 'OnHold', reason: 'x'.repeat(1001) }, '/reason'],
    [{ status: 'OnHold', comment: 'x' }, '/comment'],
  ]
  for (const [body, pointer] of moves) {
    const answer = await send('PATCH', `/tasks/${task.id}/status`, body)
    t.match(answer, { status: 422, json: { errors: [{ pointer }] } }, JSON.stringify(body))
  }
  t.match(
    (await send('PATCH', `/tasks/${task.id}/status`, { status: 'Done' })).json.detail,
    /Pending, InProgress, OnHold, Completed, Cancelled/,
  )
  t.strictSame((await send('GET', `/tasks/${task.id}`)).json, task)
})

const UNKNOWN = '00000000-0000-7000-8000-000000000000'

t.test('an unknown id is 404, one that is no UUID 422, an unknown path 404', async (t) => {
  const calls = [
    ['GET', ''],
    ['PATCH', '', { title: 'x' }],
    ['DELETE', ''],
    ['PATCH', '/status', { status: 'OnHold' }],
    ['GET', '/logs'],
    ['GET', '/metrics'],
  ] as const
  for (const [method, path, body] of calls) {
    t.match(await send(method, `/tasks/${UNKNOWN}${path}`, body), { status: 404, json: { code: 'not_found', detail: new RegExp(UNKNOWN) } })
    for (const id of ['1', '%00', `${UNKNOWN}0`, "x'; drop table tasks"]) {
      const answer = await send(method, `/tasks/${encodeURIComponent(id)}${path}`, body)
      t.match(answer, { status: 422, json: { errors: [{ in: 'path', pointer: '/id', detail: /UUID/ }] } }, `${method} ${id}`)
    }
  }
  t.match(await send('GET', '/nothing?x=1'), { status: 404, json: { code: 'not_found', detail: 'There is no GET /nothing.' } })
  t.match(await send('PUT', '/tasks', {}), { status: 404, json: { detail: 'There is no PUT /tasks.' } })
  t.match(await send('GET', '/%zz'), { status: 400, json: { code: 'bad_request' } })
  t.match(await send('GET', `/tasks/${'a'.repeat(501)}`), { status: 414, json: { code: 'uri_too_long' } })
})

t.test('an id may be written in capitals', async (t) => {
  const { id } = await create()
  t.equal((await send('GET', `/tasks/${id.toUpperCase()}`)).status, 200)
  t.equal((await send('PATCH', `/tasks/${id.toUpperCase()}/status`, { status: 'OnHold' })).status, 200)
})
