import type { Role } from '../generated/graphql.ts'

const words: Record<Role, string> = {
  TENANT_ADMIN: 'Administrator',
  SITE_MANAGER: 'Site manager',
  OPERATOR: 'Operator',
  VIEWER: 'Viewer',
}

const meanings: Record<Role, string> = {
  TENANT_ADMIN: 'Does everything in the tenant, members and keys too.',
  SITE_MANAGER: 'Looks after cameras, agents and people.',
  OPERATOR: 'Watches, and starts and stops cameras.',
  VIEWER: 'Watches.',
}

/** The roles, the mightiest first. */
export const roles: readonly Role[] = ['TENANT_ADMIN', 'SITE_MANAGER', 'OPERATOR', 'VIEWER']

/** What a role is called. */
export function roleInWords(role: Role): string {
  return words[role]
}

/** What whoever has a role may. */
export function roleMeans(role: Role): string {
  return meanings[role]
}
