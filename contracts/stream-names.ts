import type { Category } from './event.ts'

/** Categories of which a tenant has many streams: `<category>-<tenantId>.<id>`. */
export type TenantCategory = Exclude<Category, 'log' | 'tenant' | 'members' | 'machine' | 'user' | 'system'>

/** The one stream that tells the log's identity. */
export const LOG_STREAM = 'log'

/** The one stream that tells who administers the system. */
export const SYSTEM_STREAM = 'system'

/** `agent-<tenantId>.<agentId>` and the like. */
export function streamName(category: TenantCategory, tenantId: string, id: string): string {
  return `${category}-${tenantId}.${id}`
}

/** `tenant-<tenantId>`. */
export function tenantStreamName(tenantId: string): string {
  return `tenant-${tenantId}`
}

/** `members-<tenantId>`: what must hold across a tenant's members is decided at one revision. */
export function membersStreamName(tenantId: string): string {
  return `members-${tenantId}`
}

/** `machine-<tenantId>.<subjectId>` of a tenant's agent, `machine-<subjectId>` of a machine that serves all tenants. */
export function machineStreamName(tenantId: string | null, subjectId: string): string {
  return tenantId === null ? `machine-${subjectId}` : `machine-${tenantId}.${subjectId}`
}

/** `user-<userId>`: a user belongs to no tenant. */
export function userStreamName(userId: string): string {
  return `user-${userId}`
}

/** The parts of a stream's name. Of the streams of a tenant alone `id` is the tenant's. */
export type ParsedStreamName =
  | { category: 'log' | 'system'; tenantId: null; id: null }
  | { category: 'user'; tenantId: null; id: string }
  | { category: 'machine'; tenantId: string | null; id: string }
  | { category: 'tenant' | 'members' | TenantCategory; tenantId: string; id: string }

const inTenantCategories: readonly string[] = [
  'site',
  'agent',
  'camera',
  'stream',
  'person',
  'picture',
  'sighting',
  'machine',
] satisfies (TenantCategory | 'machine')[]

const uuidPattern = '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}'
const inTenant = new RegExp(`^([a-z]+)-(${uuidPattern})\\.(${uuidPattern})$`)
const ofOneId = new RegExp(`^(tenant|members|machine|user)-(${uuidPattern})$`)

/** Takes a stream's name apart; undefined where it is none of Sightline's. */
export function parseStreamName(name: string): ParsedStreamName | undefined {
  if (name === LOG_STREAM || name === SYSTEM_STREAM) return { category: name, tenantId: null, id: null }
  const alone = ofOneId.exec(name)
  if (alone) {
    const id = alone[2]!
    const category = alone[1] as 'tenant' | 'members' | 'machine' | 'user'
    if (category === 'tenant' || category === 'members') return { category, tenantId: id, id }
    return { category, tenantId: null, id }
  }
  const parts = inTenant.exec(name)
  if (!parts || !inTenantCategories.includes(parts[1]!)) return undefined
  return { category: parts[1] as TenantCategory | 'machine', tenantId: parts[2]!, id: parts[3]! }
}
