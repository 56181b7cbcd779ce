import Type from 'typebox'
import { type ChannelType, hint, readUrl, SettingsError, urlHint } from './channel-type.ts'

/** An incoming webhook, which is bound to its channel, or a bot that may post into one. */
export type SlackSettings = { url: string } | { botToken: string; channelId: string; apiUrl: string }

/** Of other clouds of Slack, and of what speaks its API, there are others. */
const SLACK_API = 'https://slack.com/api'

export const slack: ChannelType<SlackSettings> = {
  fields: {
    url: Type.String({ minLength: 1, maxLength: 2_000, writeOnly: true, description: 'a URL that is posted to' }),
    botToken: Type.String({ pattern: '^xox[a-z]-[!-~]{1,300}$', writeOnly: true, description: 'a token of a Slack bot, like xoxb-…' }),
    channelId: Type.String({ pattern: '^[A-Z][A-Z0-9]{5,30}$', description: 'the id of a Slack channel, like C0123456789' }),
    apiUrl: Type.String({ minLength: 1, maxLength: 200, description: "the URL of the provider's API" }),
  },
  merge(input, before) {
    if (input.url !== undefined) {
      const other = ['botToken', 'channelId', 'apiUrl'].find((field) => input[field] !== undefined)
      if (other !== undefined) throw new SettingsError(other, 'goes without url: a channel of Slack has a webhook or a bot')
      return { url: readUrl('url', input.url) }
    }
    if (before !== undefined && Object.keys(input).length === 0) return before
    const bot = before !== undefined && 'botToken' in before ? before : undefined
    const [botToken, channelId] = [input.botToken ?? bot?.botToken, input.channelId ?? bot?.channelId]
    if (botToken === undefined)
      throw new SettingsError(channelId === undefined ? 'url' : 'botToken', 'is required: url, or botToken and channelId')
    if (channelId === undefined) throw new SettingsError('channelId', 'is required with botToken')
    const apiUrl = readUrl('apiUrl', input.apiUrl ?? bot?.apiUrl ?? SLACK_API).replace(/\/$/, '')
    return { botToken: String(botToken), channelId: String(channelId), apiUrl }
  },
  show: (settings) =>
    'url' in settings
      ? { url: urlHint(settings.url) }
      : { botToken: hint(settings.botToken), channelId: settings.channelId, apiUrl: settings.apiUrl },
}
