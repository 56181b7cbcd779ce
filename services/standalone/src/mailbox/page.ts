import type { Alert } from '@lifeline/notifier/alerts/deliver-alert'
import { escapeHtml } from '@lifeline/notifier/mail/layout'
import type { CaughtMail } from './mailbox.ts'

const STYLE = `
  body { font: 15px/1.5 system-ui, sans-serif; margin: 0; color: #222; display: grid; grid-template-columns: minmax(20rem, 28rem) 1fr; min-height: 100vh }
  nav { border-right: 1px solid #ddd; background: #fafafa; overflow: auto; max-height: 100vh }
  h1 { font-size: 1.1rem; margin: 1rem } h2 { font-size: 1rem; margin: 1rem }
  a.mail { display: block; padding: .6rem 1rem; border-top: 1px solid #eee; color: inherit; text-decoration: none }
  a.mail:hover, a.open { background: #eef4ff } .to, time { color: #777; font-size: .85em } .to { display: block }
  .alert { margin: 0 1rem 1rem; padding: .6rem 1rem; background: #fff3f0; border-left: 3px solid #d33 }
  main { padding: 1rem 2rem } pre { white-space: pre-wrap; background: #f6f6f6; padding: 1rem } iframe { width: 100%; height: 22rem; border: 1px solid #ddd }
  .empty { margin: 1rem; color: #777 }`

/** The mailbox for people: caught mails on the left, the chosen one on the right, alerts on top. */
export function mailboxPage(mails: readonly CaughtMail[], alerts: readonly Alert[], open: CaughtMail | undefined): string {
  const item = (mail: CaughtMail) => `<a class="mail${mail.id === open?.id ? ' open' : ''}" href="?id=${escapeHtml(mail.id)}">
    ${escapeHtml(mail.subject)}<span class="to">${escapeHtml(mail.to)} · <time>${escapeHtml(mail.at)}</time></span></a>`
  const alert = ({ time, data }: Alert) => `<p class="alert"><b>${escapeHtml(data.summary)}</b><br>
    ${Object.entries(data.detail)
      .map(([name, value]) => `${escapeHtml(name)}: ${escapeHtml(value)}`)
      .join('<br>')}<br>
    <time>${time.toISOString()}</time></p>`
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Lifeline mailbox</title><meta name="viewport" content="width=device-width">
${open === undefined ? '<meta http-equiv="refresh" content="5">' : ''}<style>${STYLE}</style></head><body>
<nav><h1><a href="?">Mailbox</a> (${mails.length})</h1>
${alerts.length === 0 ? '' : `<h2>Alerts</h2>${alerts.map(alert).join('')}`}
${mails.length === 0 ? '<p class="empty">No mails yet. Create a task, and its assignee gets one.</p>' : mails.map(item).join('\n')}</nav>
<main>${open === undefined ? '<p class="empty">Choose a mail.</p>' : mailView(open)}</main>
</body></html>`
}

// The mail's own HTML runs no script and reaches nothing outside its frame.
function mailView(mail: CaughtMail): string {
  return `<h1>${escapeHtml(mail.subject)}</h1><p class="to">To ${escapeHtml(mail.to)} · <time>${escapeHtml(mail.at)}</time></p>
<iframe sandbox="" title="HTML part" srcdoc="${escapeHtml(mail.html)}"></iframe><h2>Text part</h2><pre>${escapeHtml(mail.text)}</pre>`
}
