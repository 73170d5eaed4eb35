import { expect, test } from 'vitest'
import { contentOf, isTest, sourceFiles } from './sources.ts'

const sources = sourceFiles()
const product = sources.filter(path => !isTest(path))

function offenders(paths: readonly string[], pattern: RegExp): string[] {
  return paths.flatMap(path =>
    contentOf(path)
      .split('\n')
      .map((line, index) => ({ line, at: `${path}:${index + 1}` }))
      .filter(({ line }) => pattern.test(line))
      .map(({ at }) => at),
  )
}

test('only an environment.ts reads the environment', () => {
  const readers = product.filter(
    path =>
      !/(^|\/)environment\.ts$/.test(path) &&
      !path.startsWith('infra/local/') &&
      !/(^|\/)vite(st)?\.config\.ts$/.test(path),
  )
  expect(offenders(readers, /process\.env\b(?!\.\w+ = )/)).toEqual([])
})

test('every append names an exact revision', () => {
  expect(
    offenders(product, /\bANY\b|\bSTREAM_EXISTS\b|expectedRevision: ['"](any|stream_exists)['"]/).filter(
      path => !path.startsWith('infra/local/event-store/'),
    ),
  ).toEqual([])
})

test('no subscription is an async generator over an idle source, no handler overlaps itself', () => {
  expect(offenders(product, /\.on\('data', async|catch\(console\.error\)/)).toEqual([])
})

test('nothing is unfinished or switched off', () => {
  expect(
    offenders(sources, /\b(it|test|describe)\.(only|todo)\(|\b(TODO|FIXME|XXX)\b/).filter(
      path => !path.startsWith('integration-tests/house-rules/'),
    ),
  ).toEqual([])
})

test('the sentence of a log line never changes: what does stands in its fields', () => {
  const built =
    /\b[lL]ogger\.(?:debug|info|warn|error|fatal)\((?:\{[^}]*\},\s*)?(?:`[^`]*\$\{|['"][^'"]*['"]\s*\+)/
  expect(product.filter(path => built.test(contentOf(path)))).toEqual([])
})

test('a package is imported file by file: no file gathers the others', () => {
  expect(product.filter(path => /(^|\/)index\.tsx?$/.test(path))).toEqual([])
  expect(offenders(product, /^export \* from /)).toEqual([])
})

test('no file is everybody’s and nobody’s', () => {
  expect(sources.filter(path => /(^|\/)(utils?|helpers?|common|shared)(\.|\/)/.test(path))).toEqual([])
})

test('the lock file carries no download addresses', () => {
  expect(contentOf('package-lock.json')).not.toMatch(/"resolved": "https?:/)
})

test('an error class is called an Error, and so are its errors', () => {
  const classes = sources.flatMap(path =>
    Array.from(
      contentOf(path).matchAll(/\bclass (\w+) extends \w*Error \{([^}]*)/g),
      ([, name = '', body = '']) => ({
        at: `${path}: ${name}`,
        holds: name.endsWith('Error') && [name, undefined].includes(/\bname = '(\w+)'/.exec(body)?.[1]),
      }),
    ),
  )
  expect(classes.length).toBeGreaterThan(40)
  expect(classes.filter(({ holds }) => !holds)).toEqual([])
})
