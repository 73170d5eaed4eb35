import { readdirSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'

/** The schema as text: every `.graphql` file, one a concept. */
export function readTypeDefinitions(): string {
  const folder = resolve(import.meta.dirname, '..')
  return readdirSync(folder)
    .filter(name => name.endsWith('.graphql'))
    .sort()
    .map(name => readFileSync(resolve(folder, name), 'utf8'))
    .join('\n')
}
