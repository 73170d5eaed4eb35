import type { RecordedEvent } from '../log/events.ts'
import { type UuidFormat, uuidMessage } from './messages.ts'

/**
 * Writes a `ReadResp` that holds an event, in protobuf's wire format. The generated classes can do it too, with an
 * object for each level and a copy at each; reading the log is little else than this, so here it is done in one go.
 * The numbers are the fields of `ReadResp`, `ReadEvent`, `RecordedEvent`, `UUID` and `StreamIdentifier`.
 */
export function encodeEvent(event: RecordedEvent, format: UuidFormat): Buffer {
  const uuid = format === 'string' ? undefined : uuidMessage(event.id, format).serializeBinary()
  const uuidSize = uuid ? uuid.length : sizeOfBytes(event.id.length)
  const nameSize = Buffer.byteLength(event.stream)
  const typeSize = Buffer.byteLength(event.type)
  const created = `${event.created}${ticksPerMillisecond}`
  const typeEntry = typeKey.length + sizeOfBytes(typeSize)
  const createdEntry = createdKey.length + sizeOfBytes(created.length)
  const contentType = event.isJson ? json : octets
  const positionSize = sizeOfVarint(event.position)
  const recordSize =
    sizeOfBytes(uuidSize) +
    sizeOfBytes(sizeOfBytes(nameSize)) +
    (1 + sizeOfVarint(event.revision)) +
    2 * (1 + positionSize) +
    sizeOfBytes(typeEntry) +
    contentType.length +
    sizeOfBytes(createdEntry) +
    sizeOfBytes(event.metadata.length) +
    sizeOfBytes(event.data.length)
  const readEventSize = sizeOfBytes(recordSize) + 1 + positionSize
  const out = Buffer.allocUnsafe(sizeOfBytes(readEventSize))

  let at = writeHead(out, 0, field(1, delimited), readEventSize)
  at = writeHead(out, at, field(1, delimited), recordSize)
  at = writeHead(out, at, field(1, delimited), uuidSize)
  if (uuid) {
    out.set(uuid, at)
    at += uuid.length
  } else {
    at = writeHead(out, at, field(2, delimited), event.id.length)
    at += out.write(event.id, at, 'latin1')
  }
  at = writeHead(out, at, field(2, delimited), sizeOfBytes(nameSize))
  at = writeHead(out, at, field(3, delimited), nameSize)
  at += out.write(event.stream, at)
  at = writeHead(out, at, field(3, varint), event.revision)
  at = writeHead(out, at, field(4, varint), event.position)
  at = writeHead(out, at, field(5, varint), event.position)
  at = writeHead(out, at, field(6, delimited), typeEntry)
  at = writeBytes(out, at, typeKey)
  at = writeHead(out, at, field(2, delimited), typeSize)
  at += out.write(event.type, at)
  at = writeBytes(out, at, contentType)
  at = writeHead(out, at, field(6, delimited), createdEntry)
  at = writeBytes(out, at, createdKey)
  at = writeHead(out, at, field(2, delimited), created.length)
  at += out.write(created, at, 'latin1')
  at = writeHead(out, at, field(7, delimited), event.metadata.length)
  at = writeBytes(out, at, event.metadata)
  at = writeHead(out, at, field(8, delimited), event.data.length)
  at = writeBytes(out, at, event.data)
  writeHead(out, at, field(3, varint), event.position)
  return out
}

const varint = 0
const delimited = 2
/** An event's time travels in units of 100 ns. */
const ticksPerMillisecond = '0000'

const typeKey = mapKey('type')
const createdKey = mapKey('created')
const json = contentTypeEntry('application/json')
const octets = contentTypeEntry('application/octet-stream')

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
