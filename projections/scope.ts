import type { ReadScope } from '@sightline/database/roles'

/** So many sites and cameras, together, are looked at one by one. Of more, some row is soon found among any. */
const FEW = 25

/**
 * A scope whose sites and cameras are so few that a list does well to begin with them: behind the policy alone it would
 * look at each of the tenant's rows until its page is full. Undefined for any other.
 */
export function fewOf(scope: ReadScope | undefined): ReadScope | undefined {
  if (!scope) return undefined
  return scope.siteIds.length + scope.cameraIds.length <= FEW ? scope : undefined
}
