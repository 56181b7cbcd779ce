/** What ours, or its ratio to the peer, must reach. */
export type Goal = { of: 'ours' | 'ratio' } & ({ atLeast: number; atMost?: number } | { atMost: number; atLeast?: number })

export const ratioAtLeast = (atLeast: number): Goal => ({ of: 'ratio', atLeast })
export const ratioAtMost = (atMost: number): Goal => ({ of: 'ratio', atMost })
export const ratioBetween = (atLeast: number, atMost: number): Goal => ({ of: 'ratio', atLeast, atMost })
export const oursAtLeast = (atLeast: number): Goal => ({ of: 'ours', atLeast })
export const oursAtMost = (atMost: number): Goal => ({ of: 'ours', atMost })

/** Whether a goal is met; null when there is nothing to judge. */
export function judge(goal: Goal | undefined, { ours, ratio }: { ours: number | null; ratio: number | null }): boolean | null {
  const value = goal?.of === 'ours' ? ours : ratio
  if (goal === undefined || value === null) return null
  return value >= (goal.atLeast ?? -Infinity) && value <= (goal.atMost ?? Infinity)
}

/** `≥ 2 ×`, `≤ 25 ms`, `0.8 to 1.2 ×` */
export function describeGoal({ of, atLeast, atMost }: Goal, unit: string): string {
  const suffix = of === 'ratio' ? '×' : unit
  if (atLeast !== undefined && atMost !== undefined) return `${atLeast} to ${atMost} ${suffix}`
  return atLeast === undefined ? `≤ ${atMost} ${suffix}` : `≥ ${atLeast.toLocaleString('en')} ${suffix}`
}
