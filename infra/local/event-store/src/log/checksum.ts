import { crc32 } from 'node:zlib'
import type { RecordedEvent } from './events.ts'

/**
 * The CRC-32 of everything that is stored of an event, kept beside it: a disk that gives back other bytes than it
 * was given is found out when the file is verified.
 */
export function eventChecksum(event: RecordedEvent): number {
  const { position, stream, revision, id, type, isJson, created, metadata, data } = event
  // The length of the metadata says where the data begins.
  const head = JSON.stringify([position, stream, revision, id, type, isJson, created, metadata.length])
  return crc32(data, crc32(metadata, crc32(head)))
}
