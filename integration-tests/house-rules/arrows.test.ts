import { dirname, join, normalize } from 'node:path'
import { expect, test } from 'vitest'
import { contentOf, importsOf, isTest, sourceFiles } from './sources.ts'

/** Which of our packages a folder may import; the architecture's table of folders. */
const mayImport: Record<string, readonly string[]> = {
  contracts: [],
  schema: ['waiting'],
  projections: ['contracts', 'database', 'event-log'],
  'services/api': [
    'contracts',
    'schema',
    'projections',
    'event-log',
    'database',
    'data-keys',
    'objects',
    'environment',
    'logging',
    'waiting',
  ],
  'services/projector': [
    'contracts',
    'projections',
    'event-log',
    'database',
    'data-keys',
    'environment',
    'logging',
    'waiting',
  ],
  'services/media-node': ['contracts', 'schema', 'topics', 'environment', 'logging', 'waiting'],
  'services/recognition': [
    'contracts',
    'schema',
    'topics',
    'event-log',
    'database',
    'data-keys',
    'objects',
    'environment',
    'logging',
    'waiting',
  ],
  'services/agent': ['contracts', 'schema', 'durable-files', 'environment', 'logging', 'waiting'],
  'infra/logging': [],
  'infra/environment': [],
  'infra/waiting': [],
  'infra/durable-files': [],
  'infra/objects': ['durable-files'],
  'infra/database': ['environment', 'waiting'],
  'infra/data-keys': ['contracts'],
  'infra/topics': ['contracts', 'logging'],
  'infra/event-log': ['contracts', 'data-keys', 'logging', 'waiting'],
  'infra/local/event-store': [],
  'infra/local': ['contracts', 'database', 'local-event-store', 'topics', 'logging'],
  web: ['schema', 'waiting'],
}

/** Libraries with one door. */
const oneDoor: Record<string, (path: string) => boolean> = {
  pg: path => path.startsWith('infra/database/'),
  kafkajs: path => path.startsWith('infra/topics/'),
  '@eventstore/db-client': path =>
    path.startsWith('infra/event-log/') || path.startsWith('infra/local/event-store/'),
  mediasoup: path => path.startsWith('services/media-node/'),
  'onnxruntime-node': path => path.startsWith('services/recognition/'),
  pino: path => path.startsWith('infra/logging/'),
  jose: path => path.startsWith('services/api/') || path.startsWith('infra/local/'),
}

const folders = Object.keys(mayImport).sort((a, b) => b.length - a.length)
const folderOf = (path: string) => folders.find(folder => path.startsWith(`${folder}/`))
const product = sourceFiles().filter(path => !isTest(path) && folderOf(path) !== undefined)

test('there are sources to look at', () => {
  expect(product.length).toBeGreaterThan(100)
})

test('no import crosses the arrows of the architecture', () => {
  const crossings = product.flatMap(path =>
    importsOf(contentOf(path))
      .map(specifier => /^@sightline\/([^/]+)/.exec(specifier)?.[1])
      .filter(name => name !== undefined)
      .filter(name => !mayImport[folderOf(path)!]!.includes(name))
      .map(name => `${path} imports @sightline/${name}`),
  )
  expect(crossings).toEqual([])
})

test('no relative import leaves its package', () => {
  const crossings = product.flatMap(path =>
    importsOf(contentOf(path))
      .filter(specifier => specifier.startsWith('.'))
      .map(specifier => normalize(join(dirname(path), specifier)))
      .filter(target => folderOf(target) !== folderOf(path))
      .map(target => `${path} imports ${target}`),
  )
  expect(crossings).toEqual([])
})

test('each library with one door is imported there alone', () => {
  const strays = sourceFiles()
    .filter(path => !isTest(path))
    .flatMap(path =>
      importsOf(contentOf(path))
        .map(specifier =>
          Object.keys(oneDoor).find(name => specifier === name || specifier.startsWith(`${name}/`)),
        )
        .filter(name => name !== undefined && !oneDoor[name]!(path))
        .map(name => `${path} imports ${name}`),
    )
  expect(strays).toEqual([])
})

test('nothing stands on the whole-system tests', () => {
  const standing = sourceFiles()
    .filter(path => !path.startsWith('integration-tests/'))
    .filter(path => importsOf(contentOf(path)).some(name => name.startsWith('@sightline/integration-tests')))
  expect(standing).toEqual([])
})
