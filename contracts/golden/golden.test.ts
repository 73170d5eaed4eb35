import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { eventDefinitions } from '../events.ts'
import { eventMetadata } from '../metadata.ts'
import { parseStreamName } from '../stream-names.ts'

const folder = new URL('./', import.meta.url)
const wanted = eventDefinitions.flatMap(({ type, version }) =>
  Array.from({ length: version }, (_, index) => `${type}.v${index + 1}.json`),
)

function contentOf(file: string): string {
  return readFileSync(new URL(file, folder), 'utf8')
}

test('every version of every event type has a sample, and nothing else has one', () => {
  const samples = readdirSync(folder).filter(file => /\.v\d+\.json$/.test(file))
  expect(samples.sort()).toEqual(wanted.toSorted())
})

test('every sample is as it was when it was listed', () => {
  const hashes = Object.fromEntries(
    wanted.map(file => [file, createHash('sha256').update(contentOf(file)).digest('hex')]),
  )
  expect(JSON.parse(contentOf('hashes.json')), 'new samples: node contracts/golden/add-hashes.ts').toEqual(
    hashes,
  )
})

test.each(wanted)('%s says what its name says', file => {
  const sample = JSON.parse(contentOf(file)) as Record<'type' | 'stream', string> & { metadata: unknown }
  const metadata = eventMetadata.parse(sample.metadata)
  expect(file).toBe(`${sample.type}.v${metadata.schemaVersion}.json`)
  const definition = eventDefinitions.find(({ type }) => type === sample.type)
  expect(parseStreamName(sample.stream)?.category).toBe(definition?.category)
})
