/** The life of an incident: one time that a scheduler is Down. Only its scheduler resolves it. */
export const INCIDENT_MOVES = {
  Open: ['Acknowledged', 'Resolved'],
  Acknowledged: ['Resolved'],
  Resolved: [],
} as const satisfies Record<string, readonly string[]>

export type IncidentStatus = keyof typeof INCIDENT_MOVES
export const INCIDENT_STATUSES = Object.keys(INCIDENT_MOVES) as IncidentStatus[]

/** In these its scheduler is Down. */
export const ACTIVE_STATUSES = ['Open', 'Acknowledged'] as const satisfies readonly IncidentStatus[]

export function isActive(status: IncidentStatus): boolean {
  return (ACTIVE_STATUSES as readonly IncidentStatus[]).includes(status)
}

/** Why nobody is told that it is open: a maintenance window, another scheduler that this one depends on, or too many before it. */
export const SUPPRESSIONS = ['maintenance', 'dependency', 'flapping'] as const
export type SuppressionReason = (typeof SUPPRESSIONS)[number]

/** How it ended: what the scheduler did, as its log has it. */
export const RESOLUTIONS = ['recovered', 'paused', 'deleted'] as const
export type Resolution = (typeof RESOLUTIONS)[number]
