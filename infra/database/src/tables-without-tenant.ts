import type { Role } from './roles.ts'

/**
 * Tables whose rows aren't restricted to one tenant, and the roles that may select from them. Every other table of
 * `read` and `ops` shows only the rows of the tenant that the transaction is set to. A test compares this list with
 * the catalogue.
 *
 * Of those of `ops` that carry a tenant, a transaction that is set to one sees only its rows.
 */
export const tablesWithoutTenant: Readonly<Record<string, readonly Role[]>> = {
  'ops.migrations': [],
  'ops.open_pairings': ['ops_api'],
  'ops.agent_credentials': ['ops_api'],
  'ops.agent_presence': ['ops_api'],
  'ops.leases': ['ops_api'],
  'ops.picture_uploads': ['ops_api'],
  'ops.rate_limits': ['ops_api'],
  'ops.users': ['ops_api'],
  'ops.api_keys': ['ops_api'],
  'ops.quota_places': ['ops_api'],
  'ops.grant_ends': ['ops_api'],
  'ops.signing_keys': ['ops_keys', 'ops_admin'],
  'ops.data_keys': ['ops_admin'],
  'ops.sessions': ['ops_api'],
  'ops.sign_in_links': ['ops_api'],
  'read.checkpoint': ['projector', 'api_tenant', 'api_scoped', 'api_machine', 'api_system'],
  'read.assignments_cameras_v1': ['projector', 'api_machine'],
  'read.assignments_wanted_v1': ['projector', 'api_machine'],
  'read.assignments_claims_v1': ['projector', 'api_machine'],
  'read.tenant_records_v1': ['projector', 'api_system'],
  'read.tenant_records_counted_v1': ['projector', 'api_system'],
}
