import type { TaskEdit } from '@lifeline/backbone/db/tasks/decide'
import { TASK_STATUSES } from '@lifeline/backbone/db/tasks/status'
import Type, { type Static, type TString } from 'typebox'
import { clearable, text } from '../fields.ts'
import { DURATION, EMAIL_ADDRESS, INSTANT } from '../formats.ts'

const list = (item: TString, max: number, what: string) =>
  Type.Array(item, { maxItems: max, description: `a list of at most ${max} ${what}` })

const Title = text(200)
const Assignee = Type.String({ format: 'email', maxLength: 254, description: EMAIL_ADDRESS })
const Description = clearable(Type.String({ maxLength: 4000, maxBytes: 4000, description: 'a string of at most 4000 bytes in UTF-8' }))
const DueAt = clearable(Type.String({ format: 'date-time', description: INSTANT }))
const RemindBefore = clearable(list(Type.String({ format: 'duration', description: DURATION }), 5, 'durations before dueAt'))
const Labels = clearable(list(text(50), 20, 'labels'))

export const NewTaskBody = Type.Object(
  {
    title: Title,
    assignee: Assignee,
    description: Description,
    dueAt: DueAt,
    remindBefore: RemindBefore,
    labels: Labels,
    externalRef: clearable(text(200)),
  },
  { additionalProperties: false, description: 'a JSON object' },
)

export const EditBody = Type.Object(
  {
    title: Type.Optional(Title),
    assignee: Type.Optional(Assignee),
    description: Description,
    dueAt: DueAt,
    remindBefore: RemindBefore,
    labels: Labels,
  },
  { additionalProperties: false, minProperties: 1, description: 'a JSON object' },
)

export const MoveBody = Type.Object(
  {
    status: Type.Enum(TASK_STATUSES, { description: `one of ${TASK_STATUSES.join(', ')}` }),
    reason: clearable(text(1000)),
  },
  { additionalProperties: false, description: 'a JSON object' },
)

export const TaskParams = Type.Object({ id: Type.String({ format: 'uuid', description: 'the id of a task (a UUID)' }) })

/** A field that is absent stays absent; null empties a list. */
export function toEdit({ assignee, dueAt, remindBefore, labels, ...rest }: Static<typeof EditBody>): TaskEdit {
  return {
    ...rest,
    // One person is one address.
    ...(assignee === undefined ? {} : { assignee: assignee.toLowerCase() }),
    ...(dueAt === undefined ? {} : { dueAt: toDate(dueAt) }),
    ...(remindBefore === undefined ? {} : { remindBefore: remindBefore ?? [] }),
    ...(labels === undefined ? {} : { labels: labels ?? [] }),
  }
}

export const toDate = (instant: string | null) => (instant === null ? null : new Date(instant))
