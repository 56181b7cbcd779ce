/** What a mail says; the same in all of them is written here. */
export interface MailContent {
  subject: string
  /** The first sentence: what happened. */
  happened: string
  facts: readonly (readonly [name: string, value: string])[]
  /** What it is about, when that is many. */
  items?: readonly Item[]
  /** How many items were left out. */
  more?: number
  /** Further text, with its line breaks. */
  text?: string | null
  link?: { url: string; label: string }
}

export interface Item {
  name: string
  said: string
  url: string
}

export interface Rendered {
  subject: string
  text: string
  html: string
}

const CLOSING = 'Lifeline keeps work on time.'

export function layOut(content: MailContent): Rendered {
  const { subject, happened, facts, items = [], more = 0, text = null, link } = content
  const lines = facts.map(([name, value]) => `${`${name}:`.padEnd(10)} ${value}`)
  const list = items.map(({ name, said, url }) => `- ${name}: ${said}\n  ${url}`)
  const blocks = [happened, lines.join('\n'), [...list, ...andMore(more)].join('\n'), text, link?.url, CLOSING].filter((block) => block)
  return {
    subject: oneLine(subject),
    text: `${blocks.join('\n\n')}\n`,
    html: htmlPage(content),
  }
}

/** What a list that was cut ends with. */
export const andMore = (more: number) => (more > 0 ? [`and ${more} more`] : [])

/** A title may hold line breaks; a subject may not, nor may it look like further facts. */
export const oneLine = (text: string) => text.replace(/\s+/g, ' ').trim()

const ESCAPES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }
export const escapeHtml = (text: string) => text.replace(/[&<>"']/g, (char) => ESCAPES[char] ?? char)

function htmlPage({ happened, facts, items = [], more = 0, text, link }: MailContent): string {
  const itemOf = ({ name, said, url }: Item) => `<li><a href="${escapeHtml(url)}">${escapeHtml(name)}</a>: ${escapeHtml(said)}</li>`
  const list = [...items.map(itemOf), ...andMore(more).map((words) => `<li>${words}</li>`)]
  const row = ([name, value]: readonly [string, string]) =>
    `<tr><td style="padding:2px 16px 2px 0;color:#666">${name}</td><td style="padding:2px 0">${escapeHtml(value)}</td></tr>`
  return `<!doctype html>
<html lang="en"><body style="font:15px/1.5 system-ui,sans-serif;color:#222">
<p>${escapeHtml(happened)}</p>
<table style="border-collapse:collapse">${facts.map(row).join('')}</table>
${list.length === 0 ? '' : `<ul>${list.join('')}</ul>`}
${text ? `<p style="white-space:pre-wrap">${escapeHtml(text)}</p>` : ''}
${link === undefined ? '' : `<p><a href="${escapeHtml(link.url)}">${escapeHtml(link.label)}</a></p>`}
<p style="color:#999;font-size:12px">${CLOSING}</p>
</body></html>
`
}
