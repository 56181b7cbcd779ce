import { commitOne } from '@lifeline/backbone/db/commit'
import { addReport, changeReport } from '@lifeline/backbone/db/reports/change-report'
import { givenChannel } from '@lifeline/testing/given-channel'
import t from 'tap'
import { NOON } from './given-event.ts'
import { givenScheduler, minute, signalScheduler, takeEvents } from './given-scheduler.ts'
import { startTestCoordinator } from './start-test-coordinator.ts'

const BOT = { botToken: 'xoxb-secret', channelId: 'C0123456789', apiUrl: 'https://slack.example.org/api' }

t.test('each channel that a report names hears as much of its table as it can show', async (t) => {
  const { db, handle, listNotifications } = await startTestCoordinator(t)
  const channels = {
    bot: await givenChannel(db, { name: 'Bot', type: 'slack', settings: BOT }),
    hook: await givenChannel(db, { name: 'Hook', type: 'slack' }),
    web: await givenChannel(db, { name: 'Web', type: 'webhook' }),
    list: await givenChannel(db, { name: 'List', type: 'email', settings: { addresses: ['duty@example.org'] } }),
    genie: await givenChannel(db, { name: 'Genie', type: 'opsgenie' }),
    unnamed: await givenChannel(db, { name: 'Unnamed', type: 'slack', settings: BOT }),
    asking: await givenChannel(db, { name: 'Asking', type: 'slack', events: ['report.#'] }),
  }
  const times = { cron: '0 13 * * *', timeZone: 'UTC', durationSeconds: 3_600, refreshSeconds: 600 }
  const names = ['BOT', 'hook', 'web', 'list', 'genie']
  const { id } = await commitOne(db, addReport, {
    name: 'Nightly',
    channels: names,
    tag: null,
    ...times,
    actor: 'mailto:ann@example.org',
    now: NOON,
  })
  // Nothing is registered, and so nothing is expected: it ends at its second look.
  await commitOne(db, changeReport, { id, command: { do: 'wake' }, actor: 'system:clock', now: minute(60) })
  await commitOne(db, changeReport, { id, command: { do: 'edit', edit: { refreshSeconds: 300 } }, actor: 'user:1', now: minute(61) })
  await handle(...(await takeEvents(db, 'report')))
  const heard = async (channel: { id: string }) =>
    (await listNotifications()).filter(({ channel_id }) => channel_id === channel.id).map(({ template }) => template.split('.')[1])
  t.strictSame(await heard(channels.bot), ['started'])
  await signalScheduler(db, await givenScheduler(db), 'fail', minute(62))
  await commitOne(db, changeReport, { id, command: { do: 'wake' }, actor: 'system:clock', now: minute(65) })
  await commitOne(db, changeReport, { id, command: { do: 'wake' }, actor: 'system:clock', now: minute(120) })
  await handle(...(await takeEvents(db, 'report')))
  t.strictSame(await heard(channels.bot), ['started', 'refreshed', 'ended'])
  t.strictSame(await heard(channels.web), ['started', 'refreshed', 'ended'])
  t.strictSame(await heard(channels.hook), ['started', 'ended'])
  t.strictSame(await heard(channels.list), ['ended'])
  for (const none of [channels.genie, channels.unnamed]) t.strictSame(await heard(none), [])
  t.strictSame(await heard(channels.asking), ['created', 'started', 'updated', 'ended'], 'by its patterns, and no table again and again')
  t.equal((await listNotifications()).filter(({ channel_id }) => channel_id === null).length, 0, 'and no person')
})
