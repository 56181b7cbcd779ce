import type { Figure } from './figure.ts'
import { aggregate } from './figures/aggregate.ts'
import { auth } from './figures/auth.ts'
import { create } from './figures/create.ts'
import { detection } from './figures/detection.ts'
import { heartbeats } from './figures/heartbeats.ts'
import { lists } from './figures/lists.ts'
import { mail } from './figures/mail.ts'
import { memory } from './figures/memory.ts'
import { move } from './figures/move.ts'
import { relay } from './figures/relay.ts'
import { schedulers } from './figures/schedulers.ts'
import { sweep } from './figures/sweep.ts'

/** In the order in which they run: `sweep` changes the million tasks that `aggregate` and `lists` read. */
export const FIGURES: readonly Figure[] = [
  create,
  move,
  auth,
  relay,
  mail,
  aggregate,
  lists,
  sweep,
  heartbeats,
  detection,
  schedulers,
  memory,
]
