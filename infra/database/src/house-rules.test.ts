import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const repository = fileURLToPath(new URL('../../../', import.meta.url))
const skipped = new Set(['node_modules', 'dist', '.git', '.local', 'generated'])

function sources(folder: string): string[] {
  return readdirSync(join(repository, folder), { withFileTypes: true }).flatMap(entry => {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) return skipped.has(entry.name) ? [] : sources(path)
    return /\.(ts|tsx|mts|mjs|js)$/.test(entry.name) ? [path] : []
  })
}

test('PostgreSQL’s driver is imported here and nowhere else', () => {
  const driver = /(from|import|require)\s*\(?\s*['"](pg|pg-[a-z-]+|postgres|@types\/pg)(\/[^'"]*)?['"]/
  const importing = sources('.').filter(path => driver.test(readFileSync(join(repository, path), 'utf8')))
  expect(importing.filter(path => !path.startsWith('infra/database/'))).toEqual([])
  expect(importing).toContain('infra/database/src/pools.ts')
})

test('nothing changes its role or lends its owner’s rights', () => {
  const forbidden = /\bset\s+(local\s+|session\s+)?role\b|\bsecurity\s+definer\b|\bmaterialized\s+view\b/i
  const folders = ['infra/database', 'projections', 'services']
  const sql = folders.flatMap(folder => [
    ...sources(folder),
    ...(folder === 'infra/database' ? migrations().map(file => `infra/database/src/migrations/${file}`) : []),
  ])
  const offending = sql
    .filter(path => !/\.test\.ts$|\/test-[^/]+$/.test(path))
    .filter(path => forbidden.test(readFileSync(join(repository, path), 'utf8')))
  expect(offending).toEqual([])
})

function migrations(): string[] {
  return readdirSync(new URL('./migrations/', import.meta.url))
}
