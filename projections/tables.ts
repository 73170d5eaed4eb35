/**
 * The tables of the read models, and the version of each. A version's table is never altered: another shape is
 * another version.
 */
const versions = {
  tenants: 1,
  sites: 2,
  agents: 2,
  cameras: 2,
  stream_sessions: 1,
  streams: 1,
  people: 2,
  pictures: 2,
  picture_results: 2,
  assignments_cameras: 1,
  assignments_wanted: 1,
  assignments_claims: 1,
  sightings: 1,
  tenant_settings: 1,
  members: 1,
  grants: 1,
  api_keys: 1,
  sessions: 1,
  tenant_records: 1,
  tenant_records_counted: 1,
} as const

/** A read model's table, without its version. */
export type TableName = keyof typeof versions

/** The full name of a read model's table: `cameras` is `read.cameras_v1`. Nothing else resolves it. */
export function tableOf(name: TableName): string {
  return `read.${name}_v${versions[name]}`
}
