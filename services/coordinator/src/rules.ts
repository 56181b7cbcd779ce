import type { AnyEvent } from '@lifeline/backbone/broker/read-event'
import type { Intent } from '@lifeline/backbone/db/notifications/add-notifications'
import type { DomainEvent } from '@lifeline/backbone/db/outbox/cloud-event'
import type { TaskEventData, TaskEventType } from '@lifeline/backbone/db/tasks/events'
import type { EventType } from '@lifeline/backbone/kinds'

/** Who may hear of a task's event. */
type Party = 'assignee' | 'creator'

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
  'scheduler.down': null,
  'scheduler.recovered': null,
  'scheduler.up': null,
  'scheduler.paused': null,
  'scheduler.resumed': null,
  'scheduler.flapping': null,
  'scheduler.deleted': null,
  'alert.operations': null,
}

/**
 * Who must be told of an event, and how. Principals without an address (keys, the clock) are left out, the one who did
 * it is never told of it, and nobody is told twice.
 */
export function intentsFor(event: AnyEvent): Intent[] {
  const rule = RULES[event.type]
  if (rule === null || event.type === 'alert.operations') return []
  const { data, time } = event as DomainEvent<TaskEventData> & { type: TaskEventType }
  const addresses = rule.parties.map((party) => (party === 'assignee' ? data.after.assignee : addressOf(data.after.createdBy)))
  const actor = addressOf(data.actor)?.toLowerCase()
  const heard = new Map<string, string>()
  for (const address of addresses) {
    if (address !== undefined && address.toLowerCase() !== actor) heard.set(address.toLowerCase(), address)
  }
  const shown = { ...data, at: time.toISOString() }
  return [...heard.values()].map((recipient) => ({ channel: 'email', recipient, template: rule.template, data: shown }))
}

/** The address in a principal: `mailto:ann@example.org`. Keys and the clock have none. */
function addressOf(principal: string): string | undefined {
  return principal.startsWith('mailto:') ? principal.slice('mailto:'.length) : undefined
}
