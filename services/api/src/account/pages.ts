/** What the pages that mails link to have in common. Nothing on them comes from a request, so that nothing in a link can become HTML. */
export const STYLE = `body { font: 16px/1.5 system-ui, sans-serif; color: #222; margin: 0; display: grid; min-height: 100vh; place-items: center }
main { width: min(24rem, 90vw) } h1 { font-size: 1.3rem } label { display: block; margin: 1rem 0 .3rem }
input { width: 100%; box-sizing: border-box; padding: .6rem; font: inherit; border: 1px solid #999; border-radius: .3rem }
button { margin-top: 1rem; padding: .6rem 1.2rem; font: inherit; border: 0; border-radius: .3rem; background: #1d4ed8; color: #fff; cursor: pointer }
button:disabled { background: #888; cursor: default } output { display: block; margin-top: 1rem } .wrong { color: #b00020 }`

const page = (title: string, form: string) => `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>${title} · Lifeline</title><meta name="viewport" content="width=device-width">
<link rel="stylesheet" href="account.css"><script src="account.js" defer></script></head><body><main>
<h1>${title}</h1>
<noscript><p>This page needs JavaScript.</p></noscript>
${form}
</main></body></html>
`

export const VERIFY_PAGE = page(
  'Confirm your e-mail address',
  `<form data-action="../api/v1/auth/verify" data-done="Thank you: the address is confirmed.">
<p>If you made an account here, confirm with its password that this address is yours. If you did not, close this page.</p>
<label for="password">Your password</label>
<input id="password" name="password" type="password" autocomplete="current-password" maxlength="128" required>
<button>Confirm the address</button><output role="status"></output></form>`,
)

export const RESET_PAGE = page(
  'Choose a password',
  `<form data-action="../api/v1/auth/password/reset" data-done="Your password is set. You can log in with it.">
<label for="password">New password, at least 15 characters</label>
<input id="password" name="password" type="password" autocomplete="new-password" minlength="15" maxlength="128" required>
<button>Set the password</button><output role="status"></output></form>`,
)

/**
 * A mail scanner that follows the link does nothing: only the button does. The token leaves the address bar at once, so
 * that it stays in no history.
 */
export const SCRIPT = `const token = new URLSearchParams(location.search).get('token') ?? ''
history.replaceState(null, '', location.pathname)
const form = document.querySelector('form')
const [button, said] = [form.querySelector('button'), form.querySelector('output')]
form.addEventListener('submit', async (event) => {
  event.preventDefault()
  button.disabled = true
  const say = (text, wrong) => {
    said.textContent = text
    said.className = wrong ? 'wrong' : ''
    button.disabled = !wrong
  }
  try {
    const body = JSON.stringify({ token, ...Object.fromEntries(new FormData(form)) })
    const response = await fetch(form.dataset.action, { method: 'POST', headers: { 'content-type': 'application/json' }, body })
    if (response.ok) return say(form.dataset.done, false)
    const { detail } = await response.json()
    say(detail ?? 'That did not work; try again in a moment.', true)
  } catch {
    say('The server cannot be reached; try again in a moment.', true)
  }
})
`
