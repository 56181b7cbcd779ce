import Type from 'typebox'
import { type ChannelType, hint, readUrl, SettingsError } from './channel-type.ts'

export interface OpsgenieSettings {
  apiKey: string
  apiUrl: string
}

/** In the EU it is https://api.eu.opsgenie.com. */
const OPSGENIE_API = 'https://api.opsgenie.com'

export const opsgenie: ChannelType<OpsgenieSettings> = {
  fields: {
    apiKey: Type.String({ pattern: '^[!-~]{10,200}$', writeOnly: true, description: 'the key of an API integration' }),
    apiUrl: Type.String({ minLength: 1, maxLength: 200, description: "the URL of the provider's API" }),
  },
  merge(input, before) {
    const apiKey = (input.apiKey as string | undefined) ?? before?.apiKey
    if (apiKey === undefined) throw new SettingsError('apiKey', 'is required: the key of an API integration')
    return { apiKey, apiUrl: readUrl('apiUrl', input.apiUrl ?? before?.apiUrl ?? OPSGENIE_API).replace(/\/$/, '') }
  },
  show: ({ apiKey, apiUrl }) => ({ apiKey: hint(apiKey), apiUrl }),
}

const OPENING = new Set(['scheduler.down', 'incident.opened', 'task.deadline.passed', 'alert.operations'])
const CLOSING = new Set(['scheduler.recovered', 'scheduler.up', 'incident.resolved', 'task.deleted'])

/** What an event does to the alert of its subject; undefined when it is nothing that Opsgenie should hear. */
export function opsgenieVerb(type: string, data: unknown): 'open' | 'close' | undefined {
  if (OPENING.has(type)) return 'open'
  if (CLOSING.has(type)) return 'close'
  if (type !== 'task.status.updated') return undefined
  const { status } = (data as { after: { status: string } }).after
  return status === 'Completed' || status === 'Cancelled' ? 'close' : undefined
}
