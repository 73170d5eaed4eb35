import { randomBytes } from 'node:crypto'

/** The login roles of services: each may do what its rows in migrations and read models say, and nothing else. */
export const roles = [
  'projector',
  'ops_api',
  'ops_keys',
  'ops_admin',
  'api_machine',
  'api_tenant',
  'api_scoped',
  'api_system',
] as const
export type Role = (typeof roles)[number]

/** Roles that write `ops`; `ops_admin` is the command's that re-wraps keys, never a service's. */
export type OpsRole = 'ops_api' | 'ops_keys' | 'ops_admin'

/** Roles that read `read`, and write nothing. */
export const readerRoles = [
  'api_tenant',
  'api_scoped',
  'api_machine',
  'api_system',
] as const satisfies readonly Role[]
export type ReaderRole = (typeof readerRoles)[number]

/** A password for each role. */
export type RolePasswords = Readonly<Record<Role, string>>

/** A new random password for each role, for systems that are made and thrown away. */
export function newRolePasswords(): RolePasswords {
  const entries = roles.map(role => [role, randomBytes(18).toString('base64url')] as const)
  return Object.fromEntries(entries) as RolePasswords
}

/** What somebody sees who doesn't see the whole tenant: these sites with all that is in them, and these cameras. */
export interface ReadScope {
  readonly siteIds: readonly string[]
  readonly cameraIds: readonly string[]
}

/**
 * Who reads: somebody of one tenant, of all of it where no scope is named, a machine that serves them all, or an
 * administrator of the system.
 */
export type ReadPrincipal =
  | { kind: 'tenant'; tenantId: string; scope?: ReadScope }
  | { kind: 'machine' }
  | { kind: 'system' }
