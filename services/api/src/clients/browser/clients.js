// The page /clients. What is typed stays here, but for the key and the fields of a registration, which go to our own API.
const PLACEHOLDER = document.querySelector('#url').placeholder
const codes = [...document.querySelectorAll('pre code')].map((element) => ({ element, text: element.textContent }))
const [url, timeZone] = ['#url', '#timeZone'].map((selector) => document.querySelector(selector))

function say(selector, text, wrong = false) {
  const output = document.querySelector(selector)
  output.textContent = text
  output.classList.toggle('wrong', wrong)
}

function mark(id, problem) {
  document.getElementById(id).setAttribute('aria-invalid', String(problem !== ''))
  document.getElementById(`${id}-wrong`).textContent = problem
}

/** The snippets are pasted into shells, and an address may come from a link: nothing that a shell would take for more than a word. */
const isPingUrl = (text) => /^https?:\/\/[\w.:[\]-]+(\/[\w.~-]+)*\/ping\/[\w-]+$/.test(text) && URL.canParse(text)

/** Writes the address into the snippets, and answers it when it is one. */
function fillIn() {
  const text = url.value.trim()
  const right = isPingUrl(text)
  mark('url', right || text === '' ? '' : `must be a ping address like ${PLACEHOLDER}`)
  for (const { element, text: snippet } of codes) element.textContent = snippet.replaceAll(PLACEHOLDER, right ? text : PLACEHOLDER)
  return right ? text : undefined
}

/** Disables the button while it works; what nobody foresaw is said behind it. */
function onSubmit(form, output, work) {
  const button = document.querySelector(`${form} button`)
  document.querySelector(form).addEventListener('submit', async (event) => {
    event.preventDefault()
    button.disabled = true
    say(output, '…')
    await work().catch(() => say(output, 'The server cannot be reached; try again in a moment.', true))
    button.disabled = false
  })
}

onSubmit('#ping', '#answered', async () => {
  const address = fillIn()
  if (address === undefined) {
    if (url.value.trim() === '') mark('url', 'is required')
    return say('#answered', '')
  }
  if (new URL(address).origin !== location.origin)
    return say('#answered', `A browser lets this page ask ${location.origin} only; try it with curl.`, true)
  const response = await fetch(`${address}/log`, { method: 'POST', body: 'A test from the page /clients.' })
  const text = await response.text()
  if (response.ok) return say('#answered', `Answered ${response.status}: ${text.trim()}`)
  say('#answered', `Answered ${response.status}: ${JSON.parse(text).detail}`, true)
})

const FIELDS = ['key', 'name', 'cron', 'periodSeconds', 'timeZone']

onSubmit('#register', '#registered', async () => {
  for (const id of FIELDS) mark(id, '')
  document.querySelector('#fires').replaceChildren()
  const { key, ...given } = Object.fromEntries(FIELDS.map((id) => [id, document.getElementById(id).value.trim()]))
  if (key === '') return refused(401, { detail: 'is required' })
  const filled = Object.entries(given).filter(([, value]) => value !== '')
  const body = Object.fromEntries(filled.map(([id, value]) => [id, id === 'periodSeconds' ? Number(value) : value]))
  const response = await fetch('api/v1/schedulers/register', {
    method: 'POST',
    // A key has ASCII characters only; with others the browser would refuse to send it.
    headers: { authorization: `Bearer ${encodeURIComponent(key)}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  const answer = await response.json()
  if (!response.ok) return refused(response.status, answer)
  say('#registered', `${response.status === 201 ? 'Registered' : 'Changed'}: ${answer.name}. It is expected at:`)
  const zone = { timeZone: answer.timeZone, dateStyle: 'full', timeStyle: 'medium' }
  for (const at of answer.nextFireTimes) {
    const item = document.createElement('li')
    item.textContent = `${new Date(at).toLocaleString('en-GB', zone)} (${answer.timeZone})`
    document.querySelector('#fires').append(item)
  }
  if (answer.pingUrl === undefined) return
  url.value = answer.pingUrl
  say('#answered', '')
  fillIn()
})

/** What is wrong stands below its field, and what belongs to none behind the button. */
function refused(status, { detail, errors = [] }) {
  const known = errors.filter(({ pointer }) => FIELDS.includes(pointer.slice(1)))
  for (const error of known) mark(error.pointer.slice(1), error.detail)
  if (status === 401) mark('key', detail)
  const told = status === 401 || known.length > 0
  say('#registered', told ? 'Not registered.' : `Not registered: ${detail}`, true)
  document.querySelector('[aria-invalid="true"]')?.focus()
}

document.querySelector('main').addEventListener('click', async ({ target }) => {
  if (!target.matches('.copy')) return
  const pre = target.parentElement.querySelector('pre')
  try {
    await navigator.clipboard.writeText(pre.textContent)
    say('#copied', 'Copied.')
  } catch {
    // Without TLS, or without leave, it is for the person to copy.
    getSelection().selectAllChildren(pre)
    say('#copied', 'Selected: press Ctrl-C.')
  }
  setTimeout(() => say('#copied', ''), 3_000)
})

url.addEventListener('input', fillIn)
timeZone.value = Intl.DateTimeFormat().resolvedOptions().timeZone ?? 'UTC'
// Who knows the address can ping: it stays in no history.
url.value = location.hash.slice(1)
history.replaceState(null, '', location.pathname)
fillIn()
