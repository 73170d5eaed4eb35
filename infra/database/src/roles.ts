/** The login roles of services: each may do what its rows in migrations and read models say, and nothing else. */
export const roles = ['projector', 'ops_api', 'ops_keys', 'api_machine', 'api_tenant'] as const
export type Role = (typeof roles)[number]

/** Roles that write `ops`. */
export type OpsRole = 'ops_api' | 'ops_keys'

/** Roles that read `read`. */
export type ReaderRole = 'api_tenant' | 'api_machine'

/** A password for each role. */
export type RolePasswords = Readonly<Record<Role, string>>

/** Who reads: somebody of one tenant, or a machine that serves them all. */
export type ReadPrincipal = { kind: 'tenant'; tenantId: string } | { kind: 'machine' }
