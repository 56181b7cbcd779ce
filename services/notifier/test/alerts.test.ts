import { makeLog } from '@lifeline/backbone/process/log'
import { freePort } from '@lifeline/testing/free-ports'
import t from 'tap'
import { type Alert, alertBody, alertsToLog, alertsToUrl } from '../src/alerts/deliver-alert.ts'
import { startOpsEndpoint } from './ops-endpoint.ts'

const ALERT: Alert = {
  id: 'alert/1@1',
  time: new Date('2026-03-02T12:00:00.000Z'),
  data: {
    key: 'notification.email',
    severity: 'error',
    summary: 'An email could not be delivered',
    detail: { attempts: '7', error: '<!channel> & co' },
  },
}

t.test('an endpoint of your own gets the alert as text and as data', async (t) => {
  const ops = await startOpsEndpoint(t)
  await alertsToUrl(ops.url)(ALERT)
  const text = '*error*: An email could not be delivered\n• attempts: 7\n• error: <!channel> & co'
  t.strictSame(ops.received, [
    { status: 200, type: 'application/json', body: { text, id: 'alert/1@1', time: '2026-03-02T12:00:00.000Z', ...ALERT.data } },
  ])
})

t.test('Slack gets text and nothing else, and what is in it calls nobody', async (t) => {
  const text = '*error*: An email could not be delivered\n• attempts: 7\n• error: &lt;!channel&gt; &amp; co'
  t.strictSame(alertBody('https://hooks.slack.com/services/T0/B0/x', ALERT), { text })
  t.hasOwnProps(alertBody('https://notslack.com/hook', ALERT), ['id', 'key'])
})

t.test('an answer that is no success is a failure, which does not tell the secret URL', async (t) => {
  for (const status of [500, 404, 302]) {
    const ops = await startOpsEndpoint(t, status)
    const error = await alertsToUrl(ops.url)(ALERT).catch((error: Error) => error)
    t.type(error, Error)
    t.notMatch(String(error), /secret/)
    t.equal(ops.received.length, 1, 'a redirect is not followed')
  }
  await t.rejects(alertsToUrl(`http://127.0.0.1:${await freePort()}/`)(ALERT))
})

t.test('without an endpoint an alert is a line at level error', async (t) => {
  const lines: Record<string, unknown>[] = []
  await alertsToLog(makeLog('notifier', 'info', { write: (line) => void lines.push(JSON.parse(line)) }))(ALERT)
  t.match(lines, [{ level: 50, msg: 'alert: An email could not be delivered', alert: ALERT.data, eventId: 'alert/1@1' }])
})
