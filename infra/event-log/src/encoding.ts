import { randomBytes } from 'node:crypto'
import { encryptedValue } from '@sightline/contracts/encryption'
import type { EventDefinition } from '@sightline/contracts/event'
import { definitionOf } from '@sightline/contracts/events'
import { type EventMetadata, eventMetadata } from '@sightline/contracts/metadata'
import { parseStreamName } from '@sightline/contracts/stream-names'
import type { DataKeys } from '@sightline/data-keys/data-keys'
import { SealBrokenError, seal, unseal } from '@sightline/data-keys/encryption'
import type { z } from 'zod'
import { DataKeyMissingError, type EventPlace, MalformedEventError, UnknownEventTypeError } from './errors.ts'
import type { EventToAppend, RecordedEvent } from './recorded-event.ts'
import { upcasters as knownUpcasters, UpcasterMissingError, type Upcasters, upcast } from './upcasting.ts'

/** An event as the store keeps it: JSON without anything personal in the clear. */
export interface StoredEvent {
  id: string
  type: string
  data: Record<string, unknown>
  metadata: EventMetadata
}

/** An event as the store gives it: nothing of it is trusted yet. */
export interface RawEvent {
  id: string
  stream: string
  revision: number
  position: bigint
  created: Date
  type: string
  data: unknown
  metadata: unknown
}

/** Who gives data keys; null for a process that has no right to them, which sees personal texts as erased. */
export type KeyReader = Pick<DataKeys, 'read'> | null

/** Turns events into what the store keeps and back. */
export interface EventCodec {
  /**
   * @param revision the revision that the event is to have, for messages
   * @throws MalformedEventError where the event is not what its type demands
   * @throws DataKeyMissingError where its personal texts can't be sealed
   */
  encode(stream: string, event: EventToAppend, revision: number): Promise<StoredEvent>
  /** @throws UnknownEventTypeError, MalformedEventError */
  decode(raw: RawEvent): Promise<RecordedEvent>
}

/**
 * Makes the codec. Definitions and upcasters are those of this build unless given.
 */
export function createEventCodec(options: {
  dataKeys: KeyReader
  definitions?: ReadonlyMap<string, EventDefinition>
  upcasters?: Upcasters
}): EventCodec {
  const { dataKeys, definitions = definitionOf, upcasters = knownUpcasters } = options

  async function sealPersonal(
    definition: EventDefinition,
    stream: string,
    tenantId: string | null,
    data: Record<string, unknown>,
    place: EventPlace,
  ) {
    const sealed = { ...data }
    for (const field of definition.personal) {
      const text = data[field]
      const { keyId } = data
      if (text === undefined || text === null) continue
      if (typeof text !== 'string')
        throw new MalformedEventError(place, `${field}: an erased text can't be written`)
      if (typeof keyId !== 'string' || tenantId === null) {
        throw new MalformedEventError(place, `${field}: a personal text needs a tenant and a keyId`)
      }
      const key = await dataKeys?.read(tenantId, keyId)
      if (!key)
        throw new DataKeyMissingError(`no data key ${keyId} to seal ${field} of ${place.type} in ${stream}`)
      sealed[field] = seal(key, { keyId, stream, field }, Buffer.from(text))
    }
    return sealed
  }

  /** The associated data travels with the value; it must name the place where it stands all the same. */
  async function openPersonal(
    definition: EventDefinition,
    raw: RawEvent,
    tenantId: string | null,
    data: Record<string, unknown>,
    place: EventPlace,
  ) {
    const opened = { ...data }
    for (const field of definition.personal) {
      if (data[field] === undefined || data[field] === null) continue
      const value = encryptedValue.safeParse(data[field])
      if (!value.success) throw new MalformedEventError(place, `${field}: not an encrypted value`)
      if (value.data.stream !== raw.stream) {
        throw new MalformedEventError(place, `${field}: sealed for another stream`)
      }
      const key = tenantId === null ? undefined : await dataKeys?.read(tenantId, value.data.keyId)
      try {
        opened[field] = key ? unseal(key, value.data).toString() : { erased: true }
      } catch (cause) {
        if (cause instanceof SealBrokenError) {
          throw new MalformedEventError(place, `${field}: does not open`, { cause })
        }
        throw cause
      }
    }
    return opened
  }

  return {
    async encode(stream, event, revision) {
      const place: EventPlace = { type: event.type, stream, revision, position: null }
      const definition = definitions.get(event.type)
      if (!definition) throw new UnknownEventTypeError(place, 'event type unknown to this build')
      const metadata = parse(place, 'metadata', eventMetadata, {
        ...event.metadata,
        schemaVersion: definition.version,
        salt: randomBytes(16).toString('base64'),
      })
      checkStream(place, definition, metadata)
      const data = parse(place, 'data', definition.data, event.data) as Record<string, unknown>
      return {
        id: event.id,
        type: event.type,
        data: await sealPersonal(definition, stream, metadata.tenantId, data, place),
        metadata,
      }
    },

    async decode(raw) {
      const place: EventPlace = {
        type: raw.type,
        stream: raw.stream,
        revision: raw.revision,
        position: raw.position.toString(),
      }
      const definition = definitions.get(raw.type)
      if (!definition) throw new UnknownEventTypeError(place, 'event type unknown to this build')
      const metadata = parse(place, 'metadata', eventMetadata, raw.metadata)
      if (metadata.schemaVersion > definition.version) {
        throw new UnknownEventTypeError(
          place,
          `version ${metadata.schemaVersion} of an event type is unknown to this build`,
        )
      }
      checkStream(place, definition, metadata)
      if (!isJsonObject(raw.data)) throw new MalformedEventError(place, 'data: not a JSON object')
      const opened =
        definition.personal.length === 0
          ? raw.data
          : await openPersonal(definition, raw, metadata.tenantId, raw.data, place)
      let newest: Record<string, unknown>
      try {
        newest = upcast(raw.type, opened, metadata.schemaVersion, definition.version, upcasters)
      } catch (cause) {
        const faults = cause instanceof UpcasterMissingError ? cause.message : 'data: an upcaster failed'
        throw new MalformedEventError(place, faults, { cause })
      }
      const data = parse(place, 'data', definition.data, newest)
      return {
        type: raw.type,
        data,
        id: raw.id,
        stream: raw.stream,
        revision: raw.revision,
        position: raw.position,
        created: raw.created,
        metadata,
      } as RecordedEvent
    },
  }
}

/** An event stands in a stream of its category and of its own tenant (or of none, where its stream has none), or it could tell one tenant of another. */
function checkStream(place: EventPlace, definition: EventDefinition, metadata: EventMetadata): void {
  const parts = parseStreamName(place.stream)
  if (parts?.category !== definition.category) {
    throw new MalformedEventError(place, `stream: not of the category ${definition.category}`)
  }
  if (metadata.tenantId !== parts.tenantId)
    throw new MalformedEventError(place, "metadata.tenantId: not the stream's tenant")
}

function isJsonObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !ArrayBuffer.isView(value)
}

function parse<Schema extends z.ZodType>(
  place: EventPlace,
  what: string,
  schema: Schema,
  value: unknown,
): z.infer<Schema> {
  const parsed = schema.safeParse(value)
  if (parsed.success) return parsed.data
  // Paths and codes only: a message may quote the value, and the value may be personal.
  const faults = parsed.error.issues.map(issue => `${[what, ...issue.path].join('.')}: ${issue.code}`)
  throw new MalformedEventError(place, faults.join('; '))
}
