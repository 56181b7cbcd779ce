interface WelcomeOptions {
  url: string
  apiKey: string
  /** Whether mails are caught. */
  mailbox: boolean
  dataFolder: string
}

/** What a person sees when everything is up: where things are, and a line to paste. The deadline in it passes in a minute. */
export function welcome({ url, apiKey, mailbox, dataFolder }: WelcomeOptions): string {
  const dueAt = new Date(Date.now() + 60_000).toISOString()
  const task = JSON.stringify({ title: 'Try Lifeline', assignee: 'ann@example.org', dueAt, remindBefore: ['PT30S'] })
  return `
Lifeline is up.

  API       ${url}/api/v1      docs: ${url}/docs
  Watch     ${url}/clients      lines to copy that watch a job
  Mailbox   ${mailbox ? `${url}/mailbox` : 'off: mails go to MAIL_URL'}
  Metrics   ${url}/metrics
  Data      ${dataFolder}${mailbox ? '' : ' (API key only)'}

A task that is due in a minute (its mails appear in the mailbox):

  curl -X POST ${url}/tasks \\
    -H 'Authorization: Bearer ${apiKey}' -H 'Content-Type: application/json' \\
    -d '${task}'

Ctrl-C stops it; started again it still has its tasks.

`
}
