import { tombstoneRevision } from './events.ts'

/** What a stream's metadata says of which events are still shown; `maxAge` is in seconds. */
export type StreamLimits = {
  maxCount: number | undefined
  maxAge: number | undefined
  /** The first revision that may be shown; `tombstoneRevision` means that the stream is soft deleted. */
  truncateBefore: number | undefined
}

/** Everything is shown. */
export const noLimits: StreamLimits = { maxCount: undefined, maxAge: undefined, truncateBefore: undefined }

/** EventStoreDB's sign of a soft deletion is the largest number that it has: more than JavaScript counts exactly. */
const softlyDeleted = 2n ** 63n - 1n

/** The metadata of a soft deleted stream. */
export const softDeletion: Uint8Array = Buffer.from(`{"$tb":${softlyDeleted}}`)

const integer = /^-?\d+$/

/** The parts of JSON that keep numbers as they are written; TypeScript's library doesn't know them yet. */
const exactJson = JSON as unknown as {
  parse(
    text: string,
    revive: (key: string, value: unknown, context: { source?: string | undefined }) => unknown,
  ): unknown
  rawJSON(text: string): unknown
}

/**
 * The limits that the last event of a metastream sets. As in EventStoreDB, metadata that it can't make sense of
 * limits nothing, and neither does a limit that isn't positive.
 */
export function streamLimits({ isJson, data }: { isJson: boolean; data: Uint8Array }): StreamLimits {
  const metadata = isJson
    ? parsed(data, source => (integer.test(source) ? BigInt(source) : source))
    : undefined
  if (!metadata) return noLimits
  const limits = ['$maxCount', '$maxAge', '$tb', '$cacheControl'].map(key => metadata[key])
  const sensible = limits.every(
    limit => limit === undefined || (typeof limit === 'bigint' && BigInt.asIntN(64, limit) === limit),
  )
  if (!sensible) return noLimits
  const [maxCount, maxAge, truncateBefore] = limits as (bigint | undefined)[]
  return {
    maxCount: atLeast(1n, maxCount),
    maxAge: atLeast(1n, maxAge),
    truncateBefore: truncateBefore === softlyDeleted ? tombstoneRevision : atLeast(0n, truncateBefore),
  }
}

/** The same metadata with the stream's first revision set, all else as it was; undefined if it is no JSON object. */
export function withTruncateBefore(metadata: Uint8Array, revision: number): Uint8Array | undefined {
  const value = parsed(metadata, source => exactJson.rawJSON(source))
  return value && Buffer.from(JSON.stringify({ ...value, $tb: revision }))
}

function atLeast(least: bigint, limit: bigint | undefined): number | undefined {
  if (limit === undefined || limit < least) return undefined
  return Math.min(Number(limit), tombstoneRevision - 1)
}

/** The object in the bytes, its numbers made of their text, so that none loses a digit. */
function parsed(json: Uint8Array, number: (source: string) => unknown): Record<string, unknown> | undefined {
  try {
    const value = exactJson.parse(Buffer.from(json).toString('utf8'), (_key, each, { source }) =>
      typeof each === 'number' && source !== undefined ? number(source) : each,
    )
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined
    return value as Record<string, unknown>
  } catch {
    return undefined
  }
}
