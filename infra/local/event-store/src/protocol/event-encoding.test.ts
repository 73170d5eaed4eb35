import { randomUUID } from 'node:crypto'
import streams from '@eventstore/db-client/generated/streams_pb.js'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { type RecordedEvent, tombstoneRevision } from '../log/events.ts'
import { encodeEvent, encodeResolvedLink } from './event-encoding.ts'
import { streamName, uuidFrom } from './messages.ts'

const safeInteger = fc.oneof(fc.nat(300), fc.integer({ min: 0, max: tombstoneRevision - 1 }))

const recordedEvent: fc.Arbitrary<RecordedEvent> = fc.record({
  id: fc.uuid().map(id => id.toLowerCase()),
  type: fc.string({ minLength: 1, unit: 'binary' }),
  isJson: fc.boolean(),
  data: fc.uint8Array({ maxLength: 300 }),
  metadata: fc.uint8Array({ maxLength: 300 }),
  stream: fc.string({ minLength: 1, unit: 'binary', maxLength: 200 }),
  revision: safeInteger,
  position: safeInteger,
  created: safeInteger,
})

it.each(['string', 'structured'] as const)(
  'what is written with UUIDs as %s is what the generated classes read',
  format => {
    fc.assert(
      fc.property(recordedEvent, event => {
        const response = streams.ReadResp.deserializeBinary(encodeEvent(event, format))
        const read = response.getEvent()
        const record = read?.getEvent()
        expect(read?.getCommitPosition()).toBe(String(event.position))
        expect(read?.hasLink()).toBe(false)
        expect(record?.getId()?.hasStructured()).toBe(format === 'structured')
        expect({
          id: uuidFrom(record?.getId()),
          stream: streamName(record?.getStreamIdentifier()),
          type: record?.getMetadataMap().get('type'),
          isJson: record?.getMetadataMap().get('content-type') === 'application/json',
          created: record?.getMetadataMap().get('created'),
          revision: record?.getStreamRevision(),
          position: record?.getCommitPosition(),
          prepare: record?.getPreparePosition(),
          data: Buffer.from(record?.getData_asU8() ?? []),
          metadata: Buffer.from(record?.getCustomMetadata_asU8() ?? []),
        }).toEqual({
          ...event,
          created: `${event.created}0000`,
          revision: String(event.revision),
          position: String(event.position),
          prepare: String(event.position),
          data: Buffer.from(event.data),
          metadata: Buffer.from(event.metadata),
        })
      }),
    )
  },
)

it('reads a UUID back from its two halves', () => {
  const id = randomUUID()
  const event = { id, type: 't', isJson: true, data: new Uint8Array(), metadata: new Uint8Array() }
  const bytes = encodeEvent({ ...event, stream: 's', revision: 0, position: 1, created: 1 }, 'structured')
  expect(uuidFrom(streams.ReadResp.deserializeBinary(bytes).getEvent()?.getEvent()?.getId())).toBe(id)
})

it('writes the end of a stream with the last revision that there is', () => {
  const event = { id: randomUUID(), type: '$streamDeleted', isJson: false, data: new Uint8Array() }
  const end = {
    ...event,
    metadata: new Uint8Array(),
    stream: 's',
    revision: tombstoneRevision,
    position: 9,
    created: 1,
  }
  const read = streams.ReadResp.deserializeBinary(encodeEvent(end, 'string')).getEvent()
  expect(read?.getEvent()?.getStreamRevision()).toBe('9223372036854775807')
  expect(read?.getEvent()?.getCommitPosition()).toBe('9')
})

it.each(['string', 'structured'] as const)('writes a link beside its event, UUIDs as %s', format => {
  fc.assert(
    fc.property(recordedEvent, fc.option(recordedEvent, { nil: undefined }), (link, event) => {
      const read = streams.ReadResp.deserializeBinary(encodeResolvedLink({ link, event }, format)).getEvent()
      expect(read?.getCommitPosition()).toBe(String(link.position))
      expect(uuidFrom(read?.getLink()?.getId())).toBe(link.id)
      expect(Buffer.from(read?.getLink()?.getData_asU8() ?? [])).toEqual(Buffer.from(link.data))
      expect(read?.hasEvent()).toBe(event !== undefined)
      if (event) expect(read?.getEvent()?.getStreamRevision()).toBe(String(event.revision))
    }),
  )
})
