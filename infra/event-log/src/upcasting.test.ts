import { encryptedValue, personalText } from '@sightline/contracts/encryption'
import { defineEvent, type EventDefinition } from '@sightline/contracts/event'
import { uuid } from '@sightline/contracts/identifiers'
import { streamName } from '@sightline/contracts/stream-names'
import { seal } from '@sightline/data-keys/encryption'
import { v7 as uuidv7 } from 'uuid'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { eventContext } from './decide.ts'
import { createEventCodec, type RawEvent } from './encoding.ts'
import { MalformedEventError, UnknownEventTypeError } from './errors.ts'
import { commandBy, createTestKeys } from './test-log.ts'
import { UpcasterMissingError, type Upcasters, upcast } from './upcasting.ts'

/**
 * A badge given to a person, through three versions: 1 had `owner` and `lamp`, 2 renamed `lamp` to `colour`, 3
 * made a list of the colours.
 */
const badgeGiven = defineEvent({
  type: 'BadgeGiven',
  category: 'person',
  version: 3,
  data: z.strictObject({
    keyId: uuid,
    owner: personalText,
    photo: encryptedValue,
    colours: z.array(z.string()),
  }),
  personal: ['owner'],
})
const definitions: ReadonlyMap<string, EventDefinition> = new Map([[badgeGiven.type, badgeGiven]])
const upcasters: Upcasters = {
  BadgeGiven: {
    1: ({ lamp, ...data }) => ({ ...data, colour: lamp }),
    2: ({ colour, ...data }) => ({ ...data, colours: [colour] }),
  },
}

const tenantId = uuidv7()
const stream = streamName('person', tenantId, uuidv7())
const keys = createTestKeys()
const keyId = keys.make(tenantId)
const key = keys.get(`${tenantId}.${keyId}`)!
const photo = seal(key, { keyId, stream, field: 'photo' }, Buffer.from('bytes'))

function stored(schemaVersion: number, data: object): RawEvent {
  return {
    id: uuidv7(),
    stream,
    revision: 4,
    position: 90n,
    created: new Date(),
    type: 'BadgeGiven',
    data: { keyId, owner: seal(key, { keyId, stream, field: 'owner' }, Buffer.from('Ada')), photo, ...data },
    metadata: {
      ...eventContext(commandBy(tenantId)),
      schemaVersion,
      salt: Buffer.alloc(16).toString('base64'),
    },
  }
}

test.each([
  [1, { lamp: 'red' }],
  [2, { colour: 'red' }],
  [3, { colours: ['red'] }],
])(
  'version %i is read as the newest, its personal text opened, its sealed value as first written',
  async (version, data) => {
    const codec = createEventCodec({ dataKeys: keys, definitions, upcasters })
    const event = await codec.decode(stored(version, data))
    expect(event.data).toEqual({ keyId, owner: 'Ada', photo, colours: ['red'] })
    expect(event.metadata.schemaVersion).toBe(version)
  },
)

test('an old version whose key is gone is read as erased', async () => {
  const codec = createEventCodec({ dataKeys: createTestKeys(), definitions, upcasters })
  const event = await codec.decode(stored(1, { lamp: 'red' }))
  expect(event.data).toMatchObject({ owner: { erased: true }, colours: ['red'] })
})

test('a version newer than this build is unknown, not malformed', async () => {
  const codec = createEventCodec({ dataKeys: keys, definitions, upcasters })
  await expect(codec.decode(stored(4, { colours: ['red'] }))).rejects.toThrow(UnknownEventTypeError)
})

test('an upcaster that is missing, or that fails, names the event', async () => {
  const gap = createEventCodec({
    dataKeys: keys,
    definitions,
    upcasters: { BadgeGiven: { 2: data => data } },
  })
  await expect(gap.decode(stored(1, { lamp: 'red' }))).rejects.toThrow(
    /BadgeGiven in person-.*revision 4 at position 90: no upcaster of BadgeGiven from version 1 to 2/,
  )
  const failing = createEventCodec({
    dataKeys: keys,
    definitions,
    upcasters: {
      BadgeGiven: {
        2: () => {
          throw new Error('red')
        },
      },
    },
  })
  await expect(failing.decode(stored(2, { colour: 'red' }))).rejects.toThrow(MalformedEventError)
})

test('an upcaster is not asked for the newest version, and a gap is an error', () => {
  expect(upcast('BadgeGiven', { colours: [] }, 3, 3, {})).toEqual({ colours: [] })
  expect(() => upcast('BadgeGiven', {}, 1, 3, { BadgeGiven: { 1: data => data } })).toThrow(
    UpcasterMissingError,
  )
})
