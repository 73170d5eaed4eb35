import { dirname } from 'node:path'
import { expect, test } from 'vitest'
import { contentOf, importsOf, isTest, sourceFiles, trackedFiles } from './sources.ts'

interface Manifest {
  name: string
  dependencies?: Record<string, string>
  devDependencies?: Record<string, string>
}

const manifestOf = (folder: string) => JSON.parse(contentOf(`${folder}/package.json`)) as Manifest

/** Packages, the innermost first, so that a file is its nearest one's. */
const packages = trackedFiles()
  .filter(path => path.endsWith('/package.json'))
  .map(path => dirname(path))
  .sort((one, other) => other.length - one.length)
const packageOf = (path: string) => packages.find(folder => path.startsWith(`${folder}/`))

const generated = trackedFiles().filter(path => /\/generated\/.*\.ts$/.test(path))
const files = [...sourceFiles(), ...generated].filter(path => packageOf(path) !== undefined)

/** What the root provides to the whole repository: its tools. */
const tools = (JSON.parse(contentOf('package.json')) as Manifest).devDependencies ?? {}

/** The package that a specifier is of; undefined for a file, or for what comes with Node or the build. */
function packageName(specifier: string): string | undefined {
  if (/^(\.|\/|node:|virtual:)/.test(specifier)) return undefined
  const name = specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/')
  return /^(@[a-z0-9-]+\/)?[a-z0-9][a-z0-9.-]*$/.test(name) ? name : undefined
}

function importedBy(paths: readonly string[]): string[] {
  return paths.flatMap(path => importsOf(contentOf(path)).flatMap(name => packageName(name) ?? []))
}

/** What is needed without being imported: peers of what is. */
const needed: Record<string, readonly string[]> = { web: ['graphql'] }

test.each(packages)('%s names all that it imports, as a tool where only tests do', folder => {
  const { name: own, dependencies = {}, devDependencies = {} } = manifestOf(folder)
  const paths = files.filter(path => packageOf(path) === folder)
  // A build's configuration runs where tests run.
  const product = paths.filter(path => !isTest(path) && !path.endsWith('.config.ts'))
  const missing = (names: string[], declared: object) =>
    [...new Set(names)].filter(name => name !== own && !(name in declared) && !(name in tools))
  expect(missing(importedBy(product), dependencies)).toEqual([])
  expect(missing(importedBy(paths), { ...dependencies, ...devDependencies })).toEqual([])
})

test.each(packages)('%s names nothing that it does not use', folder => {
  const { dependencies = {}, devDependencies = {} } = manifestOf(folder)
  const texts = files.filter(path => packageOf(path) === folder).map(contentOf)
  const isUsed = (name: string) =>
    (needed[folder] ?? []).includes(name) || texts.some(text => new RegExp(`['"]${name}['"/]`).test(text))
  const declared = Object.keys({ ...dependencies, ...devDependencies })
  expect(declared.filter(name => !isUsed(name.replace(/^@types\//, '')))).toEqual([])
})
