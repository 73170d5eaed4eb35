import { readdirSync, readFileSync } from 'node:fs'
import { eventDefinitions } from '@sightline/contracts/events'
import type { KeyReader, RawEvent } from './encoding.ts'

/** A golden sample: an event as the log holds it, of one version of its type. */
export interface GoldenSample {
  /** `<Type>.v<n>.json` */
  file: string
  type: string
  version: number
  stream: string
  /** As the codec takes it, in a log that holds the samples alone. */
  raw: RawEvent
}

const folder = new URL('../../../contracts/golden/', import.meta.url)

interface StoredSample {
  id: string
  stream: string
  type: string
  data: Record<string, unknown>
  metadata: Record<string, unknown>
}

/** All golden samples, in the order of the definitions, older versions first: what a small old log might hold. */
export function goldenSamples(): GoldenSample[] {
  const order: string[] = eventDefinitions.map(({ type }) => type)
  const revisions = new Map<string, number>()
  return readdirSync(folder)
    .map(file => ({ file, parts: /^(\w+)\.v(\d+)\.json$/.exec(file) }))
    .filter(({ parts }) => parts !== null)
    .map(({ file, parts }) => ({ file, type: parts![1]!, version: Number(parts![2]) }))
    .sort((one, other) => order.indexOf(one.type) - order.indexOf(other.type) || one.version - other.version)
    .map(({ file, type, version }, index) => {
      const stored = JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as StoredSample
      const revision = revisions.get(stored.stream) ?? 0
      revisions.set(stored.stream, revision + 1)
      const created = new Date(String(stored.metadata.occurredAt))
      return {
        file,
        type,
        version,
        stream: stored.stream,
        raw: { ...stored, revision, position: BigInt(index), created },
      }
    })
}

/** Gives the one key that everything in the samples is sealed under. */
export function goldenKeys(): NonNullable<KeyReader> {
  const { keyId, key } = JSON.parse(readFileSync(new URL('data-key.json', folder), 'utf8')) as {
    keyId: string
    key: string
  }
  return { read: async (_tenantId, wanted) => (wanted === keyId ? Buffer.from(key, 'base64') : undefined) }
}
