import { encryptedValue } from '@sightline/contracts/encryption'
import { definitionOf } from '@sightline/contracts/events'
import { expect, test } from 'vitest'
import { createEventCodec } from './encoding.ts'
import type { EventToAppend } from './recorded-event.ts'
import { openSealed } from './sealed.ts'
import { goldenKeys, goldenSamples } from './test-golden-samples.ts'

const samples = goldenSamples()
const keys = goldenKeys()
const noKeys = { read: async () => undefined }

test.each(samples)('$file is read as the newest version', async ({ type, raw }) => {
  const event = await createEventCodec({ dataKeys: keys }).decode(raw)
  const definition = definitionOf.get(type)!
  expect(definition.data.parse(event.data)).toEqual(event.data)
  for (const field of definition.personal) {
    expect((event.data as unknown as Record<string, unknown>)[field]).toEqual(expect.any(String))
  }
})

test.each(samples)('$file is read without its key, its personal texts erased', async ({ type, raw }) => {
  const event = await createEventCodec({ dataKeys: noKeys }).decode(raw)
  for (const field of definitionOf.get(type)!.personal) {
    expect((event.data as unknown as Record<string, unknown>)[field]).toEqual({ erased: true })
  }
})

test('what is sealed in the newest versions opens, and is erased without its key', async () => {
  let opened = 0
  for (const { raw } of samples) {
    const { data, metadata } = await createEventCodec({ dataKeys: keys }).decode(raw)
    for (const field of Object.values(data)) {
      const value = encryptedValue.safeParse(field)
      if (!value.success) continue
      expect(await openSealed(keys, metadata.tenantId!, value.data)).toBeInstanceOf(Buffer)
      expect(await openSealed(noKeys, metadata.tenantId!, value.data)).toBe('erased')
      opened++
    }
  }
  expect(opened).toBe(3)
})

test('what this build writes is what the newest samples hold, but for salt and ciphertext', async () => {
  const codec = createEventCodec({ dataKeys: keys })
  for (const { raw, stream, version, type } of samples) {
    const definition = definitionOf.get(type)!
    if (version !== definition.version) continue
    const { schemaVersion: _, salt: __, ...metadata } = (await codec.decode(raw)).metadata
    const event = { ...(await codec.decode(raw)), metadata } as EventToAppend
    const { data, ...written } = await codec.encode(stream, event, raw.revision)
    expect({ ...written, metadata: { ...written.metadata, salt: '' } }).toEqual({
      id: raw.id,
      type,
      metadata: { ...(raw.metadata as object), salt: '' },
    })
    const sealed = new Set(definition.personal)
    for (const [field, value] of Object.entries(raw.data as object)) {
      if (sealed.has(field)) expect(encryptedValue.safeParse(data[field]).success).toBe(true)
      else expect(data[field]).toEqual(value)
    }
  }
})
