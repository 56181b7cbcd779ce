import type { AnyEvent } from '@lifeline/backbone/broker/read-event'
import type { Intent } from '@lifeline/backbone/db/notifications/add-notifications'
import type { Mailboxes } from '@lifeline/backbone/db/users/find-mailboxes'
import type { EventType } from '@lifeline/backbone/kinds'

/** Who may hear of an event: of a task its assignee and creator, of a scheduler or a channel its creator, of a user's account that user. */
type Party = 'assignee' | 'creator' | 'user'

/** A row for each event that somebody hears of; whoever is listed hears through e-mail, in the words of `template`. */
interface Rule {
  template: string
  parties: readonly Party[]
}

/** Complete: a new event type does not compile until somebody has said who hears of it. Null means nobody. */
export const RULES: Record<EventType, Rule | null> = {
  'task.created': { template: 'task.created', parties: ['assignee'] },
  'task.status.updated': { template: 'task.status.updated', parties: ['creator', 'assignee'] },
  'task.deadline.approaching': { template: 'task.deadline.approaching', parties: ['assignee'] },
  'task.deadline.passed': { template: 'task.deadline.passed', parties: ['assignee', 'creator'] },
  'task.updated': null,
  'task.deleted': null,
  'scheduler.registered': null,
  'scheduler.updated': null,
  'scheduler.failed': null,
  'scheduler.late': null,
  // Told as an incident, or not told.
  'scheduler.down': null,
  'scheduler.recovered': null,
  'scheduler.up': null,
  'scheduler.paused': null,
  'scheduler.resumed': null,
  'scheduler.flapping': { template: 'scheduler.flapping', parties: ['creator'] },
  'scheduler.anomaly': { template: 'scheduler.anomaly', parties: ['creator'] },
  'scheduler.deleted': null,
  'incident.opened': { template: 'incident.opened', parties: ['creator'] },
  'incident.reminder': { template: 'incident.reminder', parties: ['creator'] },
  'incident.escalated': { template: 'incident.escalated', parties: ['creator'] },
  'incident.resolved': { template: 'incident.resolved', parties: ['creator'] },
  'incident.acknowledged': null,
  'incident.suppressed': null,
  'maintenance.ended': { template: 'maintenance.ended', parties: ['creator'] },
  'maintenance.scheduled': null,
  'maintenance.updated': null,
  'maintenance.started': null,
  'maintenance.deleted': null,
  // Told through the channels that it names.
  'report.created': null,
  'report.updated': null,
  'report.started': null,
  'report.refreshed': null,
  'report.ended': null,
  'report.deleted': null,
  'key.created': null,
  'key.revoked': null,
  'user.registered': { template: 'user.registered', parties: ['user'] },
  'user.created': { template: 'user.created', parties: ['user'] },
  'user.email.changed': { template: 'user.email.changed', parties: ['user'] },
  'user.verification.requested': { template: 'user.verification.requested', parties: ['user'] },
  'user.password.reset.requested': { template: 'user.password.reset.requested', parties: ['user'] },
  'user.password.changed': { template: 'user.password.changed', parties: ['user'] },
  'user.session.reused': { template: 'user.session.reused', parties: ['user'] },
  'user.updated': null,
  'user.verified': null,
  'user.deleted': null,
  'channel.disabled': { template: 'channel.disabled', parties: ['creator'] },
  'channel.created': null,
  'channel.updated': null,
  'channel.enabled': null,
  'channel.deleted': null,
  'alert.operations': null,
}

/** The principals in an event whose mailboxes `intentsFor` must know; none when nobody hears of it. */
export function principalsOf(event: AnyEvent): string[] {
  if (RULES[event.type] === null) return []
  if (isMonitorEvent(event)) return [event.data.after.createdBy]
  const { actor } = event.data as { actor: string }
  return isOfSomething(event) ? [event.data.after.createdBy, actor] : [userOf(event)]
}

/**
 * Who must be told of an event, and how. Of tasks and channels hear verified addresses only, nobody of what they did
 * themselves, and nobody twice; principals without an address (the system's keys, the clock) are left out. Of their
 * schedulers people hear whoever signals: it is the job that speaks, though it speaks with their key. Of their account users
 * always hear, whoever did it: it may not have been them.
 */
export function intentsFor(event: AnyEvent, mailboxes: Mailboxes): Intent[] {
  const rule = RULES[event.type]
  if (rule === null) return []
  const shown = { ...event.data, at: event.time.toISOString() }
  return recipientsOf(event, rule, mailboxes).flatMap((recipient) =>
    recipient === undefined ? [] : [{ channel: 'email' as const, recipient, template: rule.template, data: shown }],
  )
}

function recipientsOf(event: AnyEvent, { parties }: Rule, mailboxes: Mailboxes): (string | undefined)[] {
  if (isOfSomething(event)) return toldOf(event, parties, mailboxes)
  if (!isMonitorEvent(event)) return [mailboxes.get(userOf(event))?.address]
  const { after } = event.data
  if ('summary' in event.data && event.data.summary?.incidents === 0) return []
  // Who has not heard that it is open shall not hear that it is over.
  return 'toldAt' in after && after.toldAt === null ? [] : [addressOf(after.createdBy, mailboxes)]
}

/** An event of what somebody has made, and of no account. */
type MadeEvent = Extract<AnyEvent, { type: `task.${string}` | `channel.${string}` }>

function isOfSomething(event: AnyEvent): event is MadeEvent {
  return /^(task|channel)\./.test(event.type)
}

/** An event of what is monitored, and of nobody's doing. */
type MonitorEvent = Extract<AnyEvent, { type: `scheduler.${string}` | `incident.${string}` | `maintenance.${string}` }>

function isMonitorEvent(event: AnyEvent): event is MonitorEvent {
  return /^(scheduler|incident|maintenance)\./.test(event.type)
}

function toldOf({ data }: MadeEvent, parties: readonly Party[], mailboxes: Mailboxes): string[] {
  const { createdBy, ...after } = data.after
  const assignee = 'assignee' in after ? after.assignee : undefined
  const addresses = parties.map((party) => (party === 'assignee' ? assignee : addressOf(createdBy, mailboxes)))
  const actor = addressOf(data.actor, mailboxes)?.toLowerCase()
  const heard = new Map<string, string>()
  for (const address of addresses) {
    if (address !== undefined && address.toLowerCase() !== actor) heard.set(address.toLowerCase(), address)
  }
  return [...heard.values()]
}

function addressOf(principal: string, mailboxes: Mailboxes): string | undefined {
  // The person that a system key names needs no account.
  if (principal.startsWith('mailto:')) return principal.slice('mailto:'.length)
  const mailbox = mailboxes.get(principal)
  return mailbox?.verified === true ? mailbox.address : undefined
}

/** Whose account an event is about, as a principal. */
function userOf(event: AnyEvent): string {
  if (event.type === 'user.session.reused') return `user:${event.data.after.userId}`
  return `user:${(event.data as { after: { id: string } }).after.id}`
}
