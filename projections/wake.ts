import type { Changes } from './folding.ts'

/** So many tenants at most are told of: a notification holds less than 8,000 bytes. Where there are more, all wake. */
const TENANTS_AT_MOST = 200

/**
 * By what a notification tells tenants apart: the last three digits of their ids. Whoever has a connection may listen,
 * so it names none: one tenant in 4,096 has the same mark, and wakes for nothing.
 */
export function tenantMark(tenantId: string): string {
  return tenantId.slice(-3)
}

/** What is told when rows have changed up to a position: in which models and, by their marks, whose. */
export function wakePayload(position: bigint, { models, byTable }: Changes): string {
  const marks = new Set<string>()
  for (const rows of byTable.values())
    for (const { tenantId } of rows.values()) marks.add(tenantMark(tenantId))
  return JSON.stringify({
    position: String(position),
    models: [...models],
    ...(marks.size <= TENANTS_AT_MOST && { tenants: [...marks] }),
  })
}
