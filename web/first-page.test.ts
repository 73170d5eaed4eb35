import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'

const dist = join(import.meta.dirname, 'dist')
const assets = join(dist, 'assets')

/** The scripts that a script can't run without. */
function importsOf(file: string): string[] {
  const source = readFileSync(join(assets, file), 'utf8')
  return [...source.matchAll(/(?:from|import)\s*["']\.\/([\w-]+\.js)["']/g)].map(match => match[1]!)
}

/** All scripts that the first page loads: the page's own, the shell's and what they import. */
function scriptsOfFirstPage(): Set<string> {
  if (!existsSync(assets)) throw new Error('the page is not built: run `npm run setup`')
  const html = readFileSync(join(dist, 'index.html'), 'utf8')
  const named = [...html.matchAll(/(?:src|href)="\/assets\/([\w-]+\.js)"/g)].map(match => match[1]!)
  const page = readdirSync(assets).find(name => /^SightingsPage-[\w-]+\.js$/.test(name))!
  const scripts = new Set<string>()
  const load = (file: string) => {
    if (scripts.has(file)) return
    scripts.add(file)
    for (const imported of importsOf(file)) load(imported)
  }
  for (const file of [...named, page]) load(file)
  return scripts
}

test('the first page has under 200 KB of script, compressed', () => {
  const sizes = [...scriptsOfFirstPage()].map(
    file => [file, gzipSync(readFileSync(join(assets, file))).length] as const,
  )
  const total = sizes.reduce((sum, [, bytes]) => sum + bytes, 0)
  expect(total, JSON.stringify(sizes)).toBeLessThan(200_000)
  expect(total, 'what was counted can’t be a page').toBeGreaterThan(80_000)
})

test('nothing is loaded from another host', () => {
  const html = readFileSync(join(dist, 'index.html'), 'utf8')
  expect(html).not.toMatch(/(src|href)="(https?:)?\/\//)
  for (const name of readdirSync(assets).filter(file => file.endsWith('.css'))) {
    expect(readFileSync(join(assets, name), 'utf8')).not.toMatch(/url\(["']?(https?:)?\/\//)
  }
})
