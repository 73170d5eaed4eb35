import { type RecordedEvent, tombstoneRevision } from '../log/events.ts'
import type { ResolvedLink } from '../log/links.ts'
import { type UuidFormat, uuidMessage } from './messages.ts'

/**
 * Writes a `ReadResp` that holds an event, in protobuf's wire format. The generated classes can do it too, with an
 * object for each level and a copy at each; reading the log is little else than this, so here it is done in one go.
 * The numbers are the fields of `ReadResp`, `ReadEvent`, `RecordedEvent`, `UUID` and `StreamIdentifier`.
 */
export function encodeEvent(event: RecordedEvent, format: UuidFormat): Buffer {
  const parts = partsOf(event, format)
  const readEventSize = sizeOfBytes(parts.size) + 1 + sizeOfVarint(event.position)
  const out = Buffer.allocUnsafe(sizeOfBytes(readEventSize))
  let at = writeHead(out, 0, field(1, delimited), readEventSize)
  at = writeRecord(out, at, field(1, delimited), event, parts)
  writeHead(out, at, field(3, varint), event.position)
  return out
}

/** Writes a `ReadResp` that holds a link and, if it is there, the event that it stands for. */
export function encodeResolvedLink({ link, event }: ResolvedLink, format: UuidFormat): Buffer {
  const linkParts = partsOf(link, format)
  const eventParts = event && partsOf(event, format)
  const eventSize = eventParts ? sizeOfBytes(eventParts.size) : 0
  const readEventSize = eventSize + sizeOfBytes(linkParts.size) + 1 + sizeOfVarint(link.position)
  const out = Buffer.allocUnsafe(sizeOfBytes(readEventSize))
  let at = writeHead(out, 0, field(1, delimited), readEventSize)
  if (event && eventParts) at = writeRecord(out, at, field(1, delimited), event, eventParts)
  at = writeRecord(out, at, field(2, delimited), link, linkParts)
  writeHead(out, at, field(3, varint), link.position)
  return out
}

/** What must be known of a `RecordedEvent` before its first byte is written. */
type Parts = {
  size: number
  uuid: Uint8Array | undefined
  nameSize: number
  typeSize: number
  created: string
}

function partsOf(event: RecordedEvent, format: UuidFormat): Parts {
  const uuid = format === 'string' ? undefined : uuidMessage(event.id, format).serializeBinary()
  const nameSize = Buffer.byteLength(event.stream)
  const typeSize = Buffer.byteLength(event.type)
  const created = `${event.created}${ticksPerMillisecond}`
  const contentType = event.isJson ? json : octets
  const size =
    sizeOfBytes(uuid ? uuid.length : sizeOfBytes(event.id.length)) +
    sizeOfBytes(sizeOfBytes(nameSize)) +
    (1 + sizeOfRevision(event.revision)) +
    2 * (1 + sizeOfVarint(event.position)) +
    sizeOfBytes(typeKey.length + sizeOfBytes(typeSize)) +
    contentType.length +
    sizeOfBytes(createdKey.length + sizeOfBytes(created.length)) +
    sizeOfBytes(event.metadata.length) +
    sizeOfBytes(event.data.length)
  return { size, uuid, nameSize, typeSize, created }
}

function writeRecord(
  out: Buffer,
  start: number,
  tag: number,
  event: RecordedEvent,
  { size, uuid, nameSize, typeSize, created }: Parts,
): number {
  let at = writeHead(out, start, tag, size)
  at = writeHead(out, at, field(1, delimited), uuid ? uuid.length : sizeOfBytes(event.id.length))
  if (uuid) {
    at = writeBytes(out, at, uuid)
  } else {
    at = writeHead(out, at, field(2, delimited), event.id.length)
    at += out.write(event.id, at, 'latin1')
  }
  at = writeHead(out, at, field(2, delimited), sizeOfBytes(nameSize))
  at = writeHead(out, at, field(3, delimited), nameSize)
  at += out.write(event.stream, at)
  if (event.revision === tombstoneRevision) at = writeBytes(out, at, lastRevisionField)
  else at = writeHead(out, at, field(3, varint), event.revision)
  at = writeHead(out, at, field(4, varint), event.position)
  at = writeHead(out, at, field(5, varint), event.position)
  at = writeHead(out, at, field(6, delimited), typeKey.length + sizeOfBytes(typeSize))
  at = writeBytes(out, at, typeKey)
  at = writeHead(out, at, field(2, delimited), typeSize)
  at += out.write(event.type, at)
  at = writeBytes(out, at, event.isJson ? json : octets)
  at = writeHead(out, at, field(6, delimited), createdKey.length + sizeOfBytes(created.length))
  at = writeBytes(out, at, createdKey)
  at = writeHead(out, at, field(2, delimited), created.length)
  at += out.write(created, at, 'latin1')
  at = writeHead(out, at, field(7, delimited), event.metadata.length)
  at = writeBytes(out, at, event.metadata)
  at = writeHead(out, at, field(8, delimited), event.data.length)
  return writeBytes(out, at, event.data)
}

const varint = 0
const delimited = 2
/** An event's time travels in units of 100 ns. */
const ticksPerMillisecond = '0000'

const typeKey = mapKey('type')
const createdKey = mapKey('created')
const json = contentTypeEntry('application/json')
const octets = contentTypeEntry('application/octet-stream')

/** The revision of a tombstone is 2^63 - 1: eight groups of seven bits that are followed by others, and a last one. */
const lastRevisionField = Buffer.from([field(3, varint), ...Array(8).fill(0xff), 0x7f])

function field(number: number, wireType: number): number {
  return (number << 3) | wireType
}

/** The first half of a map's entry: its key. */
function mapKey(key: string): Buffer {
  return Buffer.from([field(1, delimited), key.length, ...Buffer.from(key)])
}

function contentTypeEntry(contentType: string): Buffer {
  const value = Buffer.from([field(2, delimited), contentType.length, ...Buffer.from(contentType)])
  const entry = Buffer.concat([mapKey('content-type'), value])
  return Buffer.concat([Buffer.from([field(6, delimited), entry.length]), entry])
}

/** The size of a field that holds so many bytes: tag, length and the bytes. */
function sizeOfBytes(length: number): number {
  return 1 + sizeOfVarint(length) + length
}

function sizeOfVarint(value: number): number {
  let size = 1
  for (let rest = value; rest >= 0x80; rest = Math.floor(rest / 0x80)) size += 1
  return size
}

function sizeOfRevision(revision: number): number {
  return revision === tombstoneRevision ? lastRevisionField.length - 1 : sizeOfVarint(revision)
}

/** A tag and the number that follows it; gives where the next byte goes. */
function writeHead(out: Buffer, at: number, tag: number, value: number): number {
  out[at] = tag
  let next = at + 1
  let rest = value
  // Beyond 32 bits there are only arithmetic operators.
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) {
    out[next] = (rest % 0x80) | 0x80
    next += 1
  }
  out[next] = rest
  return next + 1
}

function writeBytes(out: Buffer, at: number, bytes: Uint8Array): number {
  out.set(bytes, at)
  return at + bytes.length
}
