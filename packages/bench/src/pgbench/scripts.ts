import { PEOPLE } from '../load/requests.ts'
import { rowExpressions } from './expressions.ts'
import type { SampleRows } from './sample-rows.ts'

/**
 * pgbench makes the uuid in the database: time first, as in version 7, so that its keys are as kind to the indexes as
 * ours are.
 */
const NEW_ID = `(lpad(to_hex((extract(epoch from clock_timestamp()) * 1000)::bigint), 12, '0') || substr(replace(gen_random_uuid()::text, '-', ''), 13))::uuid`
const PERSON = `'person' || lpad(:person::text, 3, '0') || '@example.org'`
const NOW = { created_at: 'now()', updated_at: 'now()', fired_until: 'now()', at: 'now()' }
const SHARD = { shard: '(:person::int % 16)' }

/** Script with BEGIN, the three inserts and COMMIT. */
export function createInTransaction({ task, log, message }: SampleRows): string {
  const texts = { [task.id]: ':id::text', [task.assignee]: PERSON }
  const taskRow = rowExpressions(task, { texts, columns: { ...NOW, id: NEW_ID } })
  const logRow = rowExpressions(log, { texts, columns: { ...NOW, task_id: ':id::uuid' } })
  const messageRow = rowExpressions(message, { texts, columns: { ...NOW, ...SHARD } })
  return [
    `\\set person random(0, ${PEOPLE - 1})`,
    'begin;',
    `insert into tasks (${taskRow.names}) values (${taskRow.values}) returning id \\gset`,
    `insert into task_logs (${logRow.names}) values (${logRow.values});`,
    `insert into outbox (${messageRow.names}) values (${messageRow.values});`,
    'commit;',
  ].join('\n')
}

/** The same three inserts in one statement, which is as little talk between client and server as there can be. */
export function createInOneStatement({ task, log, message }: SampleRows): string {
  const texts = { [task.id]: 'new.id::text', [task.assignee]: PERSON }
  const taskRow = rowExpressions(task, { texts, columns: { ...NOW, id: 'new.id' } })
  const logRow = rowExpressions(log, { texts, columns: { ...NOW, task_id: 'new.id' } })
  const messageRow = rowExpressions(message, { texts, columns: { ...NOW, ...SHARD } })
  return [
    `\\set person random(0, ${PEOPLE - 1})`,
    `with new as materialized (select ${NEW_ID} as id),`,
    `added as (insert into tasks (${taskRow.names}) select ${taskRow.values} from new),`,
    `logged as (insert into task_logs (${logRow.names}) select ${logRow.values} from new)`,
    `insert into outbox (${messageRow.names}) select ${messageRow.values} from new;`,
  ].join('\n')
}

/** A guarded update with its log row and its event in one statement, on one of the client's own tasks (`numberedTasks`). */
export function moveInOneStatement({ task, log, message }: SampleRows, tasksPerClient: number): string {
  const texts = { [task.id]: 'moved.id::text' }
  const columns = { task_id: 'moved.id', version: 'moved.version', from_status: 'moved.before', to_status: 'moved.status', ...NOW }
  const logRow = rowExpressions(log, { texts, columns })
  const messageColumns = { ...NOW, shard: '(:task::int % 16)', message_id: `'task/' || moved.id || '@' || moved.version` }
  const messageRow = rowExpressions(message, { texts, columns: messageColumns })
  return [
    `\\set task :client_id * ${tasksPerClient} + random(0, ${tasksPerClient - 1})`,
    `with old as (select id, version, status from tasks where id = ${numberedId(':task::int')}),`,
    `moved as (update tasks set status = case old.status when 'Pending' then 'InProgress' else 'Pending' end, version = tasks.version + 1, updated_at = now()`,
    '  from old where tasks.id = old.id and tasks.version = old.version returning tasks.id, tasks.version, tasks.status, old.status as before),',
    `logged as (insert into task_logs (${logRow.names}) select ${logRow.values} from moved)`,
    `insert into outbox (${messageRow.names}) select ${messageRow.values} from moved;`,
  ].join('\n')
}

/** The id of task `number` (SQL) as `numberedTasks` made it. */
const numberedId = (number: string) => `('0192f0c1-0000-7000-8000-' || lpad(to_hex(${number}), 12, '0'))::uuid`

/** Statements that add so many Pending tasks like the sample, with their first log row, under ids that pgbench can compute. */
export function numberedTasks({ task, log }: SampleRows, count: number): string[] {
  const taskRow = rowExpressions(task, { texts: {}, columns: { ...NOW, id: numberedId('n') } })
  const logRow = rowExpressions(log, { texts: {}, columns: { ...NOW, task_id: numberedId('n') } })
  const numbers = `generate_series(0, ${count - 1}) as n`
  return [
    `insert into tasks (${taskRow.names}) select ${taskRow.values} from ${numbers}`,
    `insert into task_logs (${logRow.names}) select ${logRow.values} from ${numbers}`,
    'vacuum (analyze) tasks, task_logs',
  ]
}
