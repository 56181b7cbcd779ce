export type BadgeStatus = 'up' | 'late' | 'down' | 'new' | 'paused' | 'none'

export const COLORS: Readonly<Record<BadgeStatus, string>> = {
  up: '#2e8540',
  late: '#b36b00',
  down: '#c0392b',
  new: '#57606a',
  paused: '#57606a',
  none: '#57606a',
}

/** What characters of the font below are wide, about; `textLength` makes them fit. */
const CHARACTER = 6.6
const MOST_CHARACTERS = 40

/** A picture of a label and a status, as they stand side by side in many a README. */
export function drawBadge(label: string, status: BadgeStatus): string {
  const characters = [...label]
  const text = characters.length > MOST_CHARACTERS ? `${characters.slice(0, MOST_CHARACTERS - 1).join('')}…` : label
  const [left, right] = [textWidth(text) + 12, textWidth(status) + 12]
  const word = (x: number, width: number, what: string) => `<text x="${x}" y="14" textLength="${width - 12}">${inXml(what)}</text>`
  const title = inXml(`${text}: ${status}`)
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${left + right}" height="20" role="img" aria-label="${title}"><title>${title}</title>`,
    `<rect width="${left + right}" height="20" rx="3" fill="#3d444d"/>`,
    `<path d="M${left} 0h${right - 3}a3 3 0 0 1 3 3v14a3 3 0 0 1-3 3h-${right - 3}z" fill="${COLORS[status]}"/>`,
    `<g fill="#fff" font-family="Verdana,DejaVu Sans,sans-serif" font-size="11">${word(6, left, text)}${word(left + 6, right, status)}</g></svg>`,
  ].join('')
}

const textWidth = (text: string) => Math.ceil([...text].length * CHARACTER)

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }

/** As XML 1.0 can hold it: of the control characters none. */
function inXml(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what XML cannot hold.
  return text.replace(/[\u0000-\u001f\ufffe\uffff]/g, ' ').replace(/[&<>"]/g, (character) => ENTITIES[character] ?? '')
}
