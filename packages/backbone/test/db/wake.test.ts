import { type Decision, decide, type TaskCommand } from '@lifeline/backbone/db/tasks/decide'
import { isOpen, TASK_MOVES, TASK_STATUSES } from '@lifeline/backbone/db/tasks/status'
import type { TaskRow } from '@lifeline/backbone/db/tasks/task'
import { dueWake, nextWake } from '@lifeline/backbone/db/tasks/wake'
import fc from 'fast-check'
import t from 'tap'

fc.configureGlobal({ numRuns: 1_000 })

const MINUTE = 60_000
const START = Date.parse('2026-03-02T12:00:00.000Z')

/** Instants on a coarse grid, so that they often coincide. */
const instant = fc.integer({ min: -60, max: 60 }).map((minutes) => new Date(START + minutes * 10 * MINUTE))
const reminders = fc.array(fc.constantFrom('PT10M', 'PT60M', 'PT1H', 'PT2H30M', 'P1D'), { maxLength: 5 })
const anyRow: fc.Arbitrary<TaskRow> = fc
  .record({
    status: fc.constantFrom(...TASK_STATUSES),
    due_at: fc.option(instant),
    remind_before: reminders.map((list) => (list.length === 0 ? null : JSON.stringify(list))),
    fired_until: instant,
    passed: fc.boolean(),
    deleted_at: fc.option(instant, { freq: 10 }),
  })
  .map(({ passed, ...row }) => ({
    ...row,
    id: '00000000-0000-7000-8000-000000000000',
    title: 'x',
    description: null,
    assignee: 'bob@example.org',
    created_by: 'key:x',
    external_ref: null,
    version: 1,
    wake_at: null,
    started_at: null,
    completed_at: null,
    deadline_passed_at: passed ? row.due_at : null,
    created_at: row.fired_until,
    updated_at: row.fired_until,
    labels: [],
  }))
const command: fc.Arbitrary<TaskCommand> = fc.oneof(
  fc.record({ do: fc.constant('move' as const), to: fc.constantFrom(...TASK_STATUSES), reason: fc.constant(null) }),
  fc.record({
    do: fc.constant('edit' as const),
    edit: fc.record({ dueAt: fc.option(instant), remindBefore: reminders, title: fc.constantFrom('x', 'y') }, { requiredKeys: [] }),
  }),
  fc.constant({ do: 'wake' as const }),
  fc.constant({ do: 'delete' as const }),
)

const changedRow = (decision: Decision) => (decision.kind === 'changed' ? decision.row : undefined)

t.test('only an open task with a deadline that has not passed ever wakes', async () => {
  fc.assert(
    fc.property(anyRow, (row) => {
      const waits = isOpen(row.status) && row.deleted_at === null && row.due_at !== null && row.deadline_passed_at === null
      return (nextWake(row) !== null) === waits
    }),
  )
})

t.test('a task wakes at its deadline or before, and never for a reminder that is behind it', async () => {
  fc.assert(
    fc.property(anyRow, (row) => {
      const wake = nextWake(row)
      if (wake === null || row.due_at === null) return true
      return wake <= row.due_at && (wake.getTime() === row.due_at.getTime() || wake > row.fired_until)
    }),
  )
})

t.test('something is due exactly when the wake has come', async () => {
  fc.assert(
    fc.property(anyRow, instant, (row, now) => {
      const wake = nextWake(row)
      return (dueWake(row, now) !== null) === (wake !== null && wake <= now)
    }),
  )
})

t.test('waking is progress: the next wake is later, and in the end there is none', async () => {
  fc.assert(
    fc.property(anyRow, (first) => {
      let row = first
      for (let wakes = 0; ; wakes++) {
        const wake = nextWake(row)
        if (wake === null) return true
        if (wakes > 6) return false
        // The clock may come late, but never before.
        const now = new Date(Math.max(wake.getTime(), row.fired_until.getTime()))
        const next = changedRow(decide(row, { do: 'wake' }, now))
        if (next === undefined) return false
        const later = nextWake(next)
        if (later !== null && later <= wake) return false
        row = next
      }
    }),
  )
})

t.test('a deadline passes once, whatever else happens, until dueAt is moved', async () => {
  fc.assert(
    fc.property(anyRow, fc.array(fc.tuple(command, instant), { maxLength: 30 }), (first, steps) => {
      let row: TaskRow = { ...first, deadline_passed_at: null }
      const passed: string[] = []
      for (const [todo, now] of steps) {
        const decision = decide(row, todo, now)
        if (decision.kind !== 'changed') continue
        if (todo.do === 'edit' && decision.row.due_at?.getTime() !== row.due_at?.getTime()) passed.length = 0
        if (decision.story.action === 'deadline_passed') passed.push(String(row.due_at))
        if (passed.length > 1) return false
        row = decision.row
      }
      return true
    }),
  )
})

t.test('a new dueAt is armed again from now, whatever became of the old one', async () => {
  fc.assert(
    fc.property(anyRow, fc.option(instant), instant, (row, dueAt, now) => {
      const next = changedRow(decide(row, { do: 'edit', edit: { dueAt } }, now))
      return next === undefined || (next.due_at === dueAt && next.deadline_passed_at === null && next.fired_until === now)
    }),
  )
})

t.test('every change is one version, keeps wake_at true, and says when', async () => {
  fc.assert(
    fc.property(anyRow, command, instant, (row, todo, now) => {
      const next = changedRow(decide(row, todo, now))
      if (next === undefined) return true
      const wakes = next.wake_at?.getTime() === nextWake(next)?.getTime()
      return wakes && next.version === row.version + 1 && next.updated_at === now
    }),
  )
})

t.test('a move is made exactly when the table allows it, and completed_at tells whether a task is complete', async () => {
  fc.assert(
    fc.property(anyRow, fc.constantFrom(...TASK_STATUSES), instant, (any, to, now) => {
      const row = { ...any, completed_at: any.status === 'Completed' ? START_DATE : null }
      const decision = decide(row, { do: 'move', to, reason: null }, now)
      const allowed = (TASK_MOVES[row.status] as readonly string[]).includes(to)
      if (decision.kind === 'unchanged') return to === row.status
      if (decision.kind === 'refused') return !allowed && to !== row.status
      return allowed && (decision.row.completed_at !== null) === (to === 'Completed')
    }),
  )
})

const START_DATE = new Date(START)

t.test('an edit to what is there already is no change', async () => {
  fc.assert(
    fc.property(anyRow, instant, (row, now) => {
      const edit = { title: row.title, dueAt: row.due_at, remindBefore: JSON.parse(row.remind_before ?? '[]') as string[] }
      return decide(row, { do: 'edit', edit }, now).kind === 'unchanged'
    }),
  )
})
