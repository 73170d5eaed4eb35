import type { RecordedEvent } from './events.ts'

/** An event as the statements that read `eventColumns` give it. */
export type EventRow = {
  position: number
  stream: string
  revision: number
  id: Uint8Array
  type: string
  is_json: number
  created: number
  metadata: Uint8Array | null
  data: Uint8Array | null
}

/** The columns of an `EventRow`, of `events e` joined with `streams s`. */
export const eventColumns =
  'e.position, s.name as stream, e.revision, e.id, e.type, e.is_json, e.created, e.metadata, e.data'

/** Bytes that aren't there. */
export const noBytes = new Uint8Array()

/** The event that a row holds. */
export function recordedEvent(row: EventRow): RecordedEvent {
  return {
    position: row.position,
    stream: row.stream,
    revision: row.revision,
    id: uuidText(row.id),
    type: row.type,
    isJson: row.is_json === 1,
    created: row.created,
    // SQLite keeps an empty blob bound from JavaScript as null.
    metadata: row.metadata ?? noBytes,
    data: row.data ?? noBytes,
  }
}

/** An event's id as it is kept: the 16 bytes of the UUID. */
export function uuidBytes(id: string): Buffer {
  return Buffer.from(id.replaceAll('-', ''), 'hex')
}

/** The UUID's usual text, lower case. */
export function uuidText(bytes: Uint8Array): string {
  const hex = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
}
