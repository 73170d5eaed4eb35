import { randomUUID } from 'node:crypto'
import streams from '@eventstore/db-client/generated/streams_pb.js'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { type RecordedEvent, tombstoneRevision } from '../log/events.ts'
import { encodeEvent } from './event-encoding.ts'
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
