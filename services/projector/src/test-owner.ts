import { createRolePool, type RolePool } from '@sightline/database/pools'
import type { Role } from '@sightline/database/roles'

/** Transactions of who owns a database, whom row level security doesn't bind, for tests that break or look past it. */
export function ownerPool(ownerUrl: string): RolePool {
  const { hostname, port, pathname, username, password } = new URL(ownerUrl)
  const address = { host: hostname, port: Number(port), database: pathname.slice(1) }
  // The owner is none of the product's roles; the pool takes any.
  return createRolePool(address, username as Role, decodeURIComponent(password), {
    max: 2,
    logger: { warn() {} },
  })
}
