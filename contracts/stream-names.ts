import type { Category } from './event.ts'

/** Categories whose streams belong to a tenant: `<category>-<tenantId>.<id>`. */
export type TenantCategory = Exclude<Category, 'log' | 'tenant'>

/** The one stream that tells the log's identity. */
export const LOG_STREAM = 'log'

/** `agent-<tenantId>.<agentId>` and the like. */
export function streamName(category: TenantCategory, tenantId: string, id: string): string {
  return `${category}-${tenantId}.${id}`
}

/** `tenant-<tenantId>`. */
export function tenantStreamName(tenantId: string): string {
  return `tenant-${tenantId}`
}

/** The parts of a stream's name. */
export type ParsedStreamName =
  | { category: 'log' }
  | { category: 'tenant'; tenantId: string; id: string }
  | { category: TenantCategory; tenantId: string; id: string }

const tenantCategories: readonly string[] = [
  'site',
  'agent',
  'camera',
  'stream',
  'person',
  'picture',
  'sighting',
] satisfies TenantCategory[]

const uuidPattern = '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}'
const inTenant = new RegExp(`^([a-z]+)-(${uuidPattern})\\.(${uuidPattern})$`)
const ofTenant = new RegExp(`^tenant-(${uuidPattern})$`)

/** Takes a stream's name apart; undefined where it is none of Sightline's. For a tenant's own stream `id` is the tenant's. */
export function parseStreamName(name: string): ParsedStreamName | undefined {
  if (name === LOG_STREAM) return { category: 'log' }
  const tenant = ofTenant.exec(name)
  if (tenant) return { category: 'tenant', tenantId: tenant[1]!, id: tenant[1]! }
  const parts = inTenant.exec(name)
  if (!parts || !tenantCategories.includes(parts[1]!)) return undefined
  return { category: parts[1] as TenantCategory, tenantId: parts[2]!, id: parts[3]! }
}
