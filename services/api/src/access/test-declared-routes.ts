import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** Every route over HTTP that the API's sources declare, as `get /health/alive`, sorted. */
export function declaredRoutes(): string[] {
  const folder = join(import.meta.dirname, '..')
  const declared = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter(path => path.endsWith('.ts') && !path.includes('test'))
    .flatMap(path =>
      Array.from(
        readFileSync(join(folder, path), 'utf8').matchAll(
          /\brouter\.(get|put|post|patch|delete|all)\(\s*['`]([^'`]+)['`]/g,
        ),
        match => `${match[1]} ${match[2]}`,
      ),
    )
  return [...new Set(declared)].sort()
}
