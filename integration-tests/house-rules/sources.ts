import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'

/** The root of the repository. */
export const root = resolve(import.meta.dirname, '../..')

/** Every file of the project: tracked, or new and not ignored. */
export function trackedFiles(): string[] {
  const listed = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
    cwd: root,
    encoding: 'utf8',
  })
  return listed.split('\n').filter(path => path !== '' && existsNow(path))
}

/** Every source file of the project; generated ones are left out. */
export function sourceFiles(): string[] {
  return trackedFiles().filter(path => /\.(ts|tsx|mjs)$/.test(path) && !path.includes('/generated/'))
}

function existsNow(path: string): boolean {
  try {
    readFileSync(resolve(root, path))
    return true
  } catch {
    return false
  }
}

export function contentOf(path: string): string {
  return readFileSync(resolve(root, path), 'utf8')
}

/** What a file imports, statically or dynamically, by specifier. */
export function importsOf(content: string): string[] {
  const specifiers = /(?:[\s}]from\s+|\bimport\s*\(?\s*)['"]([^'"\n]+)['"]/g
  return Array.from(content.matchAll(specifiers), match => match[1]!)
}

/** Tests may use anything: their arrows are not the product's. */
export function isTest(path: string): boolean {
  return /\.test\.tsx?$|(^|\/)test(-[\w-]+\.ts$|\/)/.test(path) || path.startsWith('integration-tests/')
}
