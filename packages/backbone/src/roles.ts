/** What may be done: `<kind>:<action>`. A route declares one; a key's scopes are a list of them. */
export const PERMISSIONS = {
  'task:create': 'Create tasks.',
  'task:read': 'Read tasks, their logs and their metrics.',
  'task:update': 'Edit tasks.',
  'task:move': 'Move tasks to another status.',
  'task:delete': 'Delete tasks.',
  'task:aggregate': 'Read what all tasks add up to.',
  'scheduler:create': 'Register schedulers.',
  'scheduler:read': 'Read schedulers, their history and their statistics.',
  'scheduler:update': 'Edit schedulers.',
  'scheduler:move': 'Pause and resume schedulers.',
  'scheduler:delete': 'Delete schedulers.',
  'scheduler:ping': 'Report for schedulers, and see where they are pinged.',
  'user:create': 'Add users.',
  'user:read': 'Read users.',
  'user:update': 'Edit users, their roles too.',
  'user:delete': 'Delete users.',
  'key:create': 'Create keys.',
  'key:read': 'Read keys, without their secrets.',
  'key:revoke': 'Revoke keys.',
  'channel:create': 'Create channels: where events go beside the mails.',
  'channel:read': 'Read channels, without their secrets, and what was sent through them.',
  'channel:update': 'Edit, disable, enable and test channels, and send through them again.',
  'channel:delete': 'Delete channels.',
  'incident:read': 'Read incidents and their logs.',
  'incident:acknowledge': 'Acknowledge incidents.',
  'maintenance:create': 'Plan maintenance windows.',
  'maintenance:read': 'Read maintenance windows.',
  'maintenance:update': 'Edit maintenance windows.',
  'maintenance:delete': 'Delete maintenance windows.',
  'report:create': 'Create reports: status tables of schedulers that are posted by night.',
  'report:read': 'Read reports, and their tables.',
  'report:update': 'Edit reports.',
  'report:delete': 'Delete reports.',
  'audit:read': 'Read who did what, of all kinds.',
} as const satisfies Record<string, string>
export type Permission = keyof typeof PERMISSIONS
export const ALL_PERMISSIONS = Object.keys(PERMISSIONS) as Permission[]

/** On which rows: all of them, or one's own. What is not one's own does not exist (404). */
export type Extent = 'all' | 'own'
export type Permissions = ReadonlyMap<Permission, Extent>

/** On oneself, and on one's own keys: what every user may. */
const SELF = {
  'user:read': 'own',
  'user:update': 'own',
  'user:delete': 'own',
  'key:create': 'own',
  'key:read': 'own',
  'key:revoke': 'own',
} as const

/**
 * Who may do what: the one table (design.md, section 7). A task is its creator's and its assignee's, a scheduler its creator's, an incident
 * its scheduler's creator's. It is served at
 * GET /roles, shown at every operation of the API's documentation, and walked by a test.
 */
export const ROLES = {
  admin: everything(),
  operator: {
    ...only('task', 'all'),
    ...only('scheduler', 'all'),
    ...only('incident', 'all'),
    ...only('maintenance', 'all'),
    ...only('report', 'all'),
    ...only('channel', 'all'),
    ...SELF,
  },
  member: {
    ...only('task', 'own'),
    'task:create': 'all',
    ...only('scheduler', 'own'),
    'scheduler:create': 'all',
    ...only('incident', 'own'),
    'maintenance:read': 'all',
    ...SELF,
  },
  customer: { 'task:read': 'own', 'task:move': 'own', ...SELF },
  reader: {
    'task:read': 'all',
    'task:aggregate': 'all',
    'scheduler:read': 'all',
    'incident:read': 'all',
    'maintenance:read': 'all',
    'report:read': 'all',
    ...SELF,
  },
} as const satisfies Record<string, Partial<Record<Permission, Extent>>>
export type Role = keyof typeof ROLES
export const ROLE_NAMES = Object.keys(ROLES) as Role[]

export function permissionsOf(role: Role): Permissions {
  return new Map(Object.entries(ROLES[role]) as [Permission, Extent][])
}

/** The system's own keys, unless they have scopes: they may do everything. */
export function everything(): Record<Permission, 'all'> {
  return Object.fromEntries(ALL_PERMISSIONS.map((permission) => [permission, 'all'])) as Record<Permission, 'all'>
}

/** All that can be done with rows of one kind. Sums over all rows are nobody's own. */
function only(kind: string, extent: Extent): Partial<Record<Permission, Extent>> {
  const ofKind = ALL_PERMISSIONS.filter((permission) => permission.startsWith(`${kind}:`))
  const owned = extent === 'all' ? ofKind : ofKind.filter((permission) => !permission.endsWith(':aggregate'))
  return Object.fromEntries(owned.map((permission) => [permission, extent]))
}
