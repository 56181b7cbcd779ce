import { PING_URL, SNIPPETS, type Snippet } from './snippets.ts'

const escaped = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')

/** `id` is also the name of the field in what the API refuses; inputs have no name, so that without the script no key gets into an address. */
const field = (id: string, label: string, input: string) => `<label for="${id}">${label}</label>
<input id="${id}" aria-describedby="${id}-wrong" ${input}><p class="wrong" id="${id}-wrong"></p>`

const section = ({ id, title, about, text }: Snippet) => `<section aria-labelledby="${id}"><h3 id="${id}">${escaped(title)}</h3>
<p>${escaped(about)}</p>
<pre tabindex="0"><code>${escaped(text)}</code></pre>
<button type="button" class="copy" aria-label="Copy: ${escaped(title)}">Copy</button></section>`

/** How a job is watched: registered, a line copied, a test sent. Nothing on it comes from a request. */
export const CLIENTS_PAGE = `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Watch a job · Lifeline</title><meta name="viewport" content="width=device-width">
<link rel="icon" href="data:,"><link rel="stylesheet" href="clients/clients.css"><script src="clients/clients.js" defer></script></head><body><main>
<h1>Watch a job</h1>
<p>Register a scheduler, or paste the ping address of one, and copy what fits your job. All the rest is in the <a href="docs">documentation of the API</a>.</p>
<noscript><p>Filling in, testing and registering need JavaScript; the snippets do not.</p></noscript>

<h2>Register a scheduler</h2>
<form id="register" novalidate>
${field('key', 'API key (it stays in this page)', 'type="password" autocomplete="off" spellcheck="false" required')}
${field('name', 'Name', 'maxlength="200" placeholder="nightly-backup" required')}
${field('cron', 'Cron expression, of five fields', 'placeholder="0 2 * * *" spellcheck="false"')}
${field('periodSeconds', 'or: every so many seconds', 'type="number" min="1" inputmode="numeric" placeholder="3600"')}
${field('timeZone', 'Time zone', 'placeholder="UTC" spellcheck="false"')}
<button>Register</button><output id="registered"></output>
<ol id="fires"></ol>
</form>

<h2>Its ping address</h2>
<form id="ping" novalidate>
${field('url', 'Ping address', `type="url" spellcheck="false" placeholder="${PING_URL}"`)}
<p>It is filled into what is below, in this page only.</p>
<button>Send a test ping</button><output id="answered"></output>
<p>A test is kept as a log: it changes no status.</p>
</form>

<h2>Copy</h2>
<output id="copied"></output>
${SNIPPETS.map(section).join('\n')}
</main></body></html>
`
