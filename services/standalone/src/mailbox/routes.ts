import type { Alert, DeliverAlert } from '@lifeline/notifier/alerts/deliver-alert'
import type { FastifyInstance } from 'fastify'
import type { Mailbox } from './mailbox.ts'
import { mailboxPage } from './page.ts'

/** Alerts shown on the page, the newest first. */
export function keepAlerts(limit = 50) {
  const alerts: Alert[] = []
  const deliver: DeliverAlert = async (alert) => {
    alerts.unshift(alert)
    alerts.length = Math.min(alerts.length, limit)
  }
  return { alerts, deliver }
}

/** `/mailbox`, a page, and `/mailbox.json`: `[{id, to, subject, text, at}]`, the newest first. Nobody needs a key: the server listens on loopback. */
export function mailboxRoutes(mailbox: Mailbox, alerts: readonly Alert[]) {
  return async (app: FastifyInstance) => {
    const options = { config: { public: true }, schema: { hide: true } }
    app.get<{ Querystring: { id?: string } }>('/mailbox', options, async (request, reply) => {
      const open = request.query.id === undefined ? undefined : mailbox.find(request.query.id)
      return reply.type('text/html; charset=utf-8').send(mailboxPage(mailbox.list(), alerts, open))
    })
    app.get('/mailbox.json', options, async () => mailbox.list().map(({ id, to, subject, text, at }) => ({ id, to, subject, text, at })))
  }
}
