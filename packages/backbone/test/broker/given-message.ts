import type { OutgoingMessage } from '../../src/db/outbox/add-messages.ts'

let count = 0

/** An event that one queue is bound to, unless told otherwise. */
export function givenMessage(message: Partial<OutgoingMessage> = {}): OutgoingMessage {
  const messageId = `message-${++count}`
  const subject = `task/${count}`
  return {
    exchange: 'events',
    routingKey: 'task.created',
    cc: [],
    messageId,
    subject,
    headers: { kept: 'yes' },
    body: '{"a":1}',
    ...message,
  }
}

export function givenMessages(count: number, message: Partial<OutgoingMessage> = {}): OutgoingMessage[] {
  return Array.from({ length: count }, () => givenMessage(message))
}
