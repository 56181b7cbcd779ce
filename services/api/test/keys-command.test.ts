import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { readCommand } from '@lifeline/api/keys/cli/command'
import { openDatabase } from '@lifeline/backbone/db/open'
import { freshDatabaseUrl } from '@lifeline/testing/databases'
import { freePort } from '@lifeline/testing/free-ports'
import { givenUser } from '@lifeline/testing/given-user'
import { makeTempFolder, removeTempFolder } from '@lifeline/testing/temp-folder'
import t, { type Test } from 'tap'
import { givenApi } from './given-api.ts'

const MAIN = fileURLToPath(new URL('../src/keys/cli/main.ts', import.meta.url))

/** The command in a folder of its own, where no `.env` is. */
function givenCommand(t: Test, env: Record<string, string> = {}) {
  const folder = makeTempFolder('keys')
  t.after(() => removeTempFolder(folder))
  return (...args: string[]) =>
    new Promise<{ code: number | null; out: string; note: string }>((resolve, reject) => {
      const child = spawn(process.execPath, [MAIN, ...args], { cwd: folder, env: { PATH: process.env.PATH, ...env } })
      const heard = { out: '', note: '' }
      child.stdout.on('data', (data) => (heard.out += data))
      child.stderr.on('data', (data) => (heard.note += data))
      child.on('error', reject)
      child.on('close', (code) => resolve({ code, ...heard }))
    })
}

t.test('a key that is made on the command line opens the API, until it is revoked there', async (t) => {
  const url = await freshDatabaseUrl(t, 'postgres')
  const db = await openDatabase(url)
  t.after(() => db.destroy())
  const ann = await givenUser(db, { email: 'Ann@example.org' })
  const keys = givenCommand(t, { DATABASE_URL: url })
  const made = await keys('create', '--name', 'ci', '--owner', 'ANN@example.org', '--scopes', 'task:read, key:read', '--expires', 'P90D')
  t.match(
    made,
    { code: 0, out: /^llk_[0-9a-f]{32}_[\w-]{43}\n$/, note: /of ANN@example.org, for task:read, key:read\. Until 20/ },
    'alone, for a pipe',
  )
  const { send } = await givenApi(t, 'postgres', { db })
  const bearer = { authorization: `Bearer ${made.out.trim()}` }
  const mine = (await send('GET', '/keys', undefined, bearer)).json.items
  t.match(mine, [{ name: 'ci', ownerId: ann.id, createdBy: 'system:cli', scopes: ['key:read', 'task:read'] }])
  t.equal((await send('POST', '/tasks', { title: 'x', assignee: 'bob@example.org' }, bearer)).status, 403)

  const limited = await keys('create', '--json', '--name', 'second', '--requests-per-minute', '60', '--expires', '2099-01-01T00:00:00Z')
  t.match(JSON.parse(limited.out), { ownerId: null, requestsPerMinute: 60, expiresAt: '2099-01-01T00:00:00.000Z', key: /^llk_/ })
  t.equal(limited.note, '')
  const { out } = await keys('list')
  t.match(out, /^id +name +owner .*\n.* second +the system +all +Active +2099.*\n.* ci .* key:read,task:read +Active/)
  t.notMatch(out + (await keys('list', '--json')).out, made.out.trim().slice(-43))

  // As it stands inside the key.
  t.match(await keys('revoke', made.out.split('_')[1] ?? ''), { code: 0, out: '', note: /^Key .* \(ci\) is revoked/ })
  const later = await givenApi(t, 'postgres', { db })
  t.equal((await later.send('GET', '/keys', undefined, bearer)).status, 401)
})

const MISTAKES: readonly (readonly [args: string[], says: RegExp])[] = [
  [[], /^Use: npm run keys -- COMMAND/],
  [['burn'], /^There is no command burn\./],
  [['constructor'], /^There is no command constructor\./],
  [['create'], /^--name must be/],
  [['create', '--name', ' '], /^--name must be/],
  [['create', '--name', 'x'.repeat(101)], /^--name must be/],
  [['create', '--name'], /--name/],
  [['create', '--name', 'k', '--colour', 'red'], /^Unknown option '--colour'/],
  [['create', '--name', 'k', 'extra'], /Unexpected argument 'extra'/],
  [['create', '--name', 'k', '--scopes', 'task:read,task:burn'], /^--scopes: "task:burn" is no permission\. There are task:create/],
  [['create', '--name', 'k', '--scopes', ''], /^--scopes: "" is no permission/],
  [['create', '--name', 'k', '--expires', 'P1M'], /^--expires must be a duration/],
  [['create', '--name', 'k', '--expires', '2020-01-01T00:00:00Z'], /has not passed yet/],
  [['create', '--name', 'k', '--requests-per-minute=-1'], /--requests-per-minute must be a whole number/],
  [['create', '--name', 'k', '--requests-per-minute', 'many'], /a whole number from 1 to 1000000, not many/],
  [['create', '--name', 'k', '--owner', 'a@example.org', '--requests-per-minute', '5'], /for keys of the system/],
  [['list', 'all'], /Unexpected argument 'all'/],
  [['revoke'], /^Name one key by its id/],
  [['revoke', '7'], /^Name one key by its id/],
  [['revoke', '0192f0c1-0000-7000-8000-000000000001', 'x'], /^Name one key by its id/],
]

t.test('every mistake is told in a sentence, before anything is opened', async (t) => {
  for (const [args, message] of MISTAKES) t.throws(() => readCommand(args), { name: 'UsageError', message }, args.join(' '))
})

t.test('what is not there is told too, and the exit code says whose mistake it was', async (t) => {
  const keys = givenCommand(t, { DATABASE_URL: await freshDatabaseUrl(t, 'postgres') })
  t.match(await keys('create', '--name', 'k', '--owner', 'nobody@example.org'), {
    code: 1,
    out: '',
    note: 'There is no user nobody@example.org.\n',
  })
  t.match(await keys('revoke', '0192f0c1-0000-7000-8000-000000000001'), { code: 1, out: '', note: /^There is no key 0192f0c1/ })
  t.match(await keys('burn'), { code: 2, out: '', note: /^There is no command burn\./ })
  t.match(await keys('list'), { code: 0, out: '', note: 'There are no keys.\n' })
})

t.test('a database that is away, not migrated or not configured is told', async (t) => {
  const away = givenCommand(t, { DATABASE_URL: `postgres://x:x@127.0.0.1:${await freePort()}/x` })
  t.match(await away('list'), { code: 1, note: /^The database cannot be reached\. \(.*ECONNREFUSED/ })
  const wrong = givenCommand(t, { DATABASE_URL: 'mysql://x' })
  t.match(await wrong('list'), { code: 2, note: /^DATABASE_URL / })
})

t.test('without DATABASE_URL it is the system of npm start, unless that is running', async (t) => {
  const keys = givenCommand(t, { LIFELINE_DATA: 'data' })
  const made = await keys('create', '--name', 'first')
  t.match(made, { code: 0, out: /^llk_/ })
  t.match(await keys('list'), { code: 0, out: / first / })

  const folder = makeTempFolder('keys-held')
  t.after(() => removeTempFolder(folder))
  const db = await openDatabase(`pglite:${folder}/database`)
  t.after(() => db.destroy())
  const held = givenCommand(t, { LIFELINE_DATA: folder })
  t.match(await held('list'), {
    code: 1,
    out: '',
    note: new RegExp(`^Lifeline is running on this folder\\. .* held by process ${process.pid} .*POST /keys`),
  })
})
