import { streamName } from '@sightline/contracts/stream-names'
import { v7 as uuidv7 } from 'uuid'
import { describe, expect, test } from 'vitest'
import { eventContext } from './decide.ts'
import { createEventCodec, type RawEvent, type StoredEvent } from './encoding.ts'
import { DataKeyMissingError, MalformedEventError, UnknownEventTypeError } from './errors.ts'
import type { EventToAppend } from './recorded-event.ts'
import { agentStatusEvent, agentStream, commandBy, createTestKeys } from './test-log.ts'

const tenantId = uuidv7()
const otherTenantId = uuidv7()
const stream = streamName('person', tenantId, uuidv7())

function personEnrolled(keyId: string, name: unknown = 'Zephyrine Planted'): EventToAppend {
  return {
    type: 'PersonEnrolled',
    data: { keyId, name },
    id: uuidv7(),
    metadata: eventContext(commandBy(tenantId)),
  } as EventToAppend
}

function raw(stored: StoredEvent, at: Partial<RawEvent> = {}): RawEvent {
  return { ...stored, stream, revision: 0, position: 7n, created: new Date(), ...at }
}

function setUp() {
  const keys = createTestKeys()
  const keyId = keys.make(tenantId)
  return { keys, keyId, codec: createEventCodec({ dataKeys: keys }) }
}

describe('personal texts', () => {
  test('are ciphertext in the store and clear in the program', async () => {
    const { codec, keyId } = setUp()
    const stored = await codec.encode(stream, personEnrolled(keyId), 0)
    expect(JSON.stringify(stored)).not.toContain('Zephyrine')
    expect(stored.data.name).toMatchObject({ keyId, stream, field: 'name' })
    expect((await codec.decode(raw(stored))).data).toEqual({ keyId, name: 'Zephyrine Planted' })
  })

  test('are erased once the key is gone, and for a process without a right to keys', async () => {
    const { codec, keyId, keys } = setUp()
    const stored = await codec.encode(stream, personEnrolled(keyId), 0)
    const blind = createEventCodec({ dataKeys: null })
    expect((await blind.decode(raw(stored))).data).toEqual({ keyId, name: { erased: true } })
    keys.clear()
    expect((await codec.decode(raw(stored))).data).toEqual({ keyId, name: { erased: true } })
  })

  test('are not written without a key, nor once erased', async () => {
    const { codec, keyId } = setUp()
    await expect(codec.encode(stream, personEnrolled(uuidv7()), 0)).rejects.toThrow(DataKeyMissingError)
    await expect(
      createEventCodec({ dataKeys: null }).encode(stream, personEnrolled(keyId), 0),
    ).rejects.toThrow(DataKeyMissingError)
    await expect(codec.encode(stream, personEnrolled(keyId, { erased: true }), 0)).rejects.toThrow(
      MalformedEventError,
    )
  })

  test('do not open under another key, in another stream or in the clear', async () => {
    const { codec, keyId, keys } = setUp()
    const stored = await codec.encode(stream, personEnrolled(keyId), 0)
    const moved = raw(stored, { stream: streamName('person', tenantId, uuidv7()) })
    await expect(codec.decode(moved)).rejects.toThrow(/name: sealed for another stream/)
    await expect(codec.decode(raw({ ...stored, data: { keyId, name: 'Zephyrine' } }))).rejects.toThrow(
      /name: not an encrypted value/,
    )
    keys.make(tenantId, keyId)
    await expect(codec.decode(raw(stored))).rejects.toThrow(/name: does not open/)
  })
})

describe('what is refused', () => {
  test('an event of an unknown type, both ways', async () => {
    const { codec } = setUp()
    const unknown = { ...agentStatusEvent(tenantId), type: 'AgentDreamt' } as unknown as EventToAppend
    await expect(codec.encode(agentStream(tenantId), unknown, 0)).rejects.toThrow(UnknownEventTypeError)
    const known = await codec.encode(agentStream(tenantId), agentStatusEvent(tenantId), 0)
    const decoded = codec.decode(raw(known, { type: 'AgentDreamt', stream: 'agent-x', revision: 3 }))
    await expect(decoded).rejects.toMatchObject({
      name: 'UnknownEventTypeError',
      place: { type: 'AgentDreamt', stream: 'agent-x', revision: 3, position: '7' },
    })
  })

  test('data that its type does not know, naming the field and never the value', async () => {
    const { codec, keyId } = setUp()
    const faulty = { ...personEnrolled(keyId), data: { keyId: 'Zephyrine', nickname: 'Zephyrine' } }
    const refused = codec.encode(stream, faulty as unknown as EventToAppend, 0)
    await expect(refused).rejects.toMatchObject({
      name: 'MalformedEventError',
      faults: expect.stringContaining('data.keyId'),
    })
    await expect(refused).rejects.not.toThrow(/Zephyrine/)
  })

  test.each([
    ['no metadata', { metadata: undefined }],
    ['metadata without salt', { metadata: { ...eventContext(commandBy(tenantId)), schemaVersion: 1 } }],
    ['data that is text', { data: '{"status"' }],
    ['data that is bytes', { data: new Uint8Array([1, 2, 3]) }],
    ['data that is a list', { data: [] }],
    ['a value out of the enum', { data: { status: 'SLEEPY' } }],
    ['a stream of another category', { stream: streamName('camera', tenantId, uuidv7()) }],
    ['a stream that is none of ours', { stream: 'agents' }],
    ["another tenant's stream", { stream: agentStream(otherTenantId) }],
  ])('a stored event with %s', async (_, fault) => {
    const { codec } = setUp()
    const stored = await codec.encode(agentStream(tenantId), agentStatusEvent(tenantId), 0)
    const at = raw(stored, { stream: agentStream(tenantId) })
    await expect(codec.decode({ ...at, ...fault })).rejects.toThrow(MalformedEventError)
  })

  test("an event for another tenant's stream, or of another category", async () => {
    const { codec } = setUp()
    const event = agentStatusEvent(tenantId)
    await expect(codec.encode(agentStream(otherTenantId), event, 0)).rejects.toThrow(MalformedEventError)
    await expect(codec.encode(streamName('camera', tenantId, uuidv7()), event, 0)).rejects.toThrow(
      MalformedEventError,
    )
  })
})

test('a fault of the key store is neither an erasure nor a malformed event', async () => {
  const { codec, keyId } = setUp()
  const stored = await codec.encode(stream, personEnrolled(keyId), 0)
  const down = createEventCodec({
    dataKeys: {
      read: async () => {
        throw new Error('the database is down')
      },
    },
  })
  await expect(down.decode(raw(stored))).rejects.toThrow('the database is down')
})

test('each event has a salt of its own', async () => {
  const { codec } = setUp()
  const event = agentStatusEvent(tenantId)
  const [one, other] = [
    await codec.encode(agentStream(tenantId), event, 0),
    await codec.encode(agentStream(tenantId), event, 0),
  ]
  expect(one.metadata.salt).not.toBe(other.metadata.salt)
  expect(Buffer.from(one.metadata.salt, 'base64')).toHaveLength(16)
})
