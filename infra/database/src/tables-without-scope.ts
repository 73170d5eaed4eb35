/**
 * Tables from which `api_scoped` may select and whose rows aren't restricted to sites and cameras, and why. From every
 * other table it sees rows of its sites and cameras, or none. A test compares this list with the catalogue.
 */
export const tablesWithoutScope: Readonly<Record<string, string>> = {
  'read.checkpoint': 'how far the rows are is asked before any of them is read',
  'read.tenants_v1': 'whoever is a member knows the name of the tenant',
}
