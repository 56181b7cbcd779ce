import type { Figure } from './figure.ts'
import { create } from './figures/create.ts'
import { move } from './figures/move.ts'
import { relay } from './figures/relay.ts'

/** In the order in which they run. */
export const FIGURES: readonly Figure[] = [create, move, relay]
