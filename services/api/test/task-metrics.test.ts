import { ENGINES } from '@lifeline/testing/databases'
import t from 'tap'
import { givenApi } from './given-api.ts'

for (const engine of ENGINES) {
  t.test(`${engine}: the metrics of one task, of a list, and of all`, async (t) => {
    const { send, create, move, clock } = await givenApi(t, engine)
    const { id } = await create({ dueAt: '2026-03-02T10:00:00Z' })
    clock.set('2026-03-02T09:10:00Z')
    await move(id, 'InProgress')
    clock.set('2026-03-02T09:30:00Z')
    await move(id, 'Completed')
    await create({ assignee: 'eve@example.org', labels: ['red'] })
    clock.set('2026-03-02T10:30:00Z')

    const one = await send('GET', `/tasks/${id}/metrics`)
    t.equal(one.status, 200)
    t.strictSame(one.json, {
      id,
      status: 'Completed',
      assignee: 'bob@example.org',
      ageSeconds: 5400,
      secondsIn: { Pending: 600, InProgress: 1200, OnHold: 0, Completed: 3600, Cancelled: 0 },
      moves: 2,
      reopened: 0,
      deadlineMarginSeconds: 1800,
      mails: { sent: 0, failed: 0 },
    })

    const list = await send('GET', '/tasks/metrics?limit=1')
    t.match(list.json, { items: [{ assignee: 'eve@example.org', ageSeconds: 3600, deadlineMarginSeconds: null }] })
    const next = await send('GET', `/tasks/metrics?limit=1&cursor=${list.json.nextCursor}`)
    t.strictSame(next.json, { items: [one.json], nextCursor: null })
    t.equal((await send('GET', '/tasks/metrics?label=red&page=1')).json.total, 1)

    const all = await send('GET', '/tasks/metrics/aggregate')
    // Percentiles are those of buckets that are 2 % wide.
    const leadTimes = { averageLeadTimeSeconds: 1800, leadTimeP50Seconds: 1805.614, leadTimeP95Seconds: 1805.614 }
    t.strictSame(all.json, {
      groupBy: 'status',
      from: null,
      to: null,
      total: { tasks: 2, completed: 1, overdue: 0, withDeadline: 1, breached: 0, breachRate: 0, ...leadTimes },
      groups: [
        { key: 'Completed', tasks: 1, completed: 1, overdue: 0, withDeadline: 1, breached: 0, breachRate: 0, ...leadTimes },
        {
          key: 'Pending',
          tasks: 1,
          completed: 0,
          overdue: 0,
          withDeadline: 0,
          breached: 0,
          breachRate: null,
          averageLeadTimeSeconds: null,
          leadTimeP50Seconds: null,
          leadTimeP95Seconds: null,
        },
      ],
    })
    const some = await send('GET', '/tasks/metrics/aggregate?groupBy=assignee&from=2026-03-02T09:30:00Z&to=2026-03-02T11:00:00%2B01:00')
    t.match(some.json, { groupBy: 'assignee', total: { tasks: 1 }, groups: [{ key: 'eve@example.org' }] })

    clock.set('2026-03-03T00:00:00Z')
    await create()
    const days = await send('GET', '/tasks/metrics/aggregate?groupBy=day')
    t.match(days.json, {
      groupBy: 'day',
      total: { tasks: 3 },
      groups: [
        { key: '2026-03-03', tasks: 1, leadTimeP95Seconds: null },
        { key: '2026-03-02', tasks: 2, ...leadTimes },
      ],
    })
  })
}

t.test('an aggregate that makes no sense is refused by name', async (t) => {
  const { send } = await givenApi(t)
  for (const [query, pointer] of [
    ['groupBy=label', '/groupBy'],
    ['groupBy=month', '/groupBy'],
    ['from=yesterday', '/from'],
    ['group=status', '/group'],
  ] as const) {
    t.match(await send('GET', `/tasks/metrics/aggregate?${query}`), { status: 422, json: { errors: [{ in: 'query', pointer }] } }, query)
  }
})
