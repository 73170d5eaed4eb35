import type { StreamIdentifier, UUID } from '@eventstore/db-client/generated/shared_pb.js'
import shared from '@eventstore/db-client/generated/shared_pb.js'
import type { ReadResp } from '@eventstore/db-client/generated/streams_pb.js'
import streams from '@eventstore/db-client/generated/streams_pb.js'
import type { ProposedEvent } from '../log/events.ts'

/** How a client wants ids: as text, or as two 64-bit halves. */
export type UuidFormat = 'string' | 'structured'

/** What a request says can't be used; the message is for the caller. */
export class InvalidRequestError extends Error {
  override readonly name = 'InvalidRequestError'
}

/** An event lacks metadata that every event must have. */
export class MissingMetadataError extends Error {
  override readonly name = 'MissingMetadataError'
  readonly properties: readonly string[]

  constructor(properties: readonly string[]) {
    super(`required metadata properties are missing: ${properties.join(', ')}`)
    this.properties = properties
  }
}

/** The request asks for a part of the protocol that this server doesn't speak. */
export class NotImplementedError extends Error {
  override readonly name = 'NotImplementedError'
}

const emptyUuid = '00000000-0000-0000-0000-000000000000'
const uuidPattern = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/

/** The name in a message. @throws InvalidRequestError */
export function streamName(identifier: StreamIdentifier | undefined): string {
  const name = Buffer.from(identifier?.getStreamName_asU8() ?? []).toString('utf8')
  if (name === '') throw new InvalidRequestError('a stream must be named')
  return name
}

/** A name as messages carry it. */
export function streamIdentifier(name: string): StreamIdentifier {
  return new shared.StreamIdentifier().setStreamName(Buffer.from(name, 'utf8'))
}

/** The UUID as lower-case text. @throws InvalidRequestError */
export function uuidFrom(uuid: UUID | undefined): string {
  const structured = uuid?.getStructured()
  const id = structured
    ? uuidFromBits(structured.getMostSignificantBits(), structured.getLeastSignificantBits())
    : (uuid?.getString() ?? '').toLowerCase()
  if (!uuidPattern.test(id)) throw new InvalidRequestError(`${JSON.stringify(id)} is no UUID`)
  return id
}

/** An id as messages carry it. */
export function uuidMessage(id: string, format: UuidFormat = 'string'): UUID {
  if (format === 'string') return new shared.UUID().setString(id)
  const hex = id.replaceAll('-', '')
  const structured = new shared.UUID.Structured()
    .setMostSignificantBits(BigInt.asIntN(64, BigInt(`0x${hex.slice(0, 16)}`)).toString())
    .setLeastSignificantBits(BigInt.asIntN(64, BigInt(`0x${hex.slice(16)}`)).toString())
  return new shared.UUID().setStructured(structured)
}

function uuidFromBits(most: string, least: string): string {
  const hex = [most, least]
    .map(bits => BigInt.asUintN(64, BigInt(bits)).toString(16).padStart(16, '0'))
    .join('')
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')
}

/** The shape that the unary and the batch append give an event. */
type ProposedMessage = {
  getId(): UUID | undefined
  getMetadataMap(): { get(key: string): string | undefined }
  getCustomMetadata_asU8(): Uint8Array
  getData_asU8(): Uint8Array
}

/** @throws InvalidRequestError, MissingMetadataError */
export function proposedEvent(message: ProposedMessage): ProposedEvent {
  const properties = message.getMetadataMap()
  const type = properties.get('type')
  const contentType = properties.get('content-type')
  if (type === undefined || contentType === undefined) {
    throw new MissingMetadataError(
      ['type', 'content-type'].filter(name => properties.get(name) === undefined),
    )
  }
  if (type === '') throw new InvalidRequestError('an event must have a type')
  const id = uuidFrom(message.getId())
  if (id === emptyUuid) throw new InvalidRequestError('an event must have an id')
  return {
    id,
    type,
    isJson: contentType === 'application/json',
    data: message.getData_asU8(),
    metadata: message.getCustomMetadata_asU8(),
  }
}

/** A uint64 of the wire as a number; what is beyond the safe integers is beyond every log too. */
export function clampedInteger(uint64: string): number {
  return Math.min(Number(uint64), Number.MAX_SAFE_INTEGER)
}

/** When the caller stops waiting, in ms since the Unix epoch; undefined if it never does. */
export function deadlineOf(call: { getDeadline(): Date | number }): number | undefined {
  const deadline = Number(call.getDeadline())
  return Number.isFinite(deadline) ? deadline : undefined
}

/** How far a filtered subscription has come without an event. */
export function checkpointMessage(position: number): ReadResp {
  return new streams.ReadResp().setCheckpoint(
    new streams.ReadResp.Checkpoint()
      .setCommitPosition(String(position))
      .setPreparePosition(String(position)),
  )
}

/** A subscription has told everything there is. */
export function caughtUpMessage(): ReadResp {
  return new streams.ReadResp().setCaughtUp(new streams.ReadResp.CaughtUp())
}

/** A subscription has begun. */
export function confirmationMessage(subscriptionId: string): ReadResp {
  return new streams.ReadResp().setConfirmation(
    new streams.ReadResp.SubscriptionConfirmation().setSubscriptionId(subscriptionId),
  )
}

/** The stream is absent. */
export function streamNotFoundMessage(stream: string): ReadResp {
  return new streams.ReadResp().setStreamNotFound(
    new streams.ReadResp.StreamNotFound().setStreamIdentifier(streamIdentifier(stream)),
  )
}
