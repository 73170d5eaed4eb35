import { randomBytes } from 'node:crypto'
import { streamName } from '@sightline/contracts/stream-names'
import { seal } from '@sightline/data-keys/encryption'
import type { RecordedEvent } from '@sightline/event-log/recorded-event'
import { createLogger } from '@sightline/logging/logging'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readModelSet, referenceTo } from '../faces/model-set.ts'
import { createGalleries } from './galleries.ts'
import { sha256Of, vectorFromBytes, vectorToBytes } from './vector-bytes.ts'

const model = referenceTo(readModelSet())
const logger = createLogger({ name: 'test', level: 'silent' })
const id = (n: number) => `0190f5fe-7c00-7a00-8000-${String(n).padStart(12, '0')}`
const [tenantId, otherTenant, ann, bob] = [id(1), id(2), id(3), id(4)] as const

function world() {
  const keys = new Map<string, Buffer>()
  const dataKeys = { read: async (tenant: string, keyId: string) => keys.get(`${tenant}.${keyId}`) }
  const galleries = createGalleries({ model, dimension: 2, dataKeys, logger })
  let position = 100n
  function accept(pictureId: string, personId: string, change: object = {}, tenant = tenantId) {
    const key = keys.get(`${tenant}.${personId}`) ?? randomBytes(32)
    keys.set(`${tenant}.${personId}`, key)
    const stream = streamName('picture', tenant, pictureId)
    const vector = vectorToBytes(Float32Array.of(1, 0))
    const at = { keyId: personId, stream, field: 'vector' }
    const data = {
      personId,
      keyId: personId,
      modelSet: model,
      vector: seal(key, at, vector),
      vectorSha256: sha256Of(vector),
      ...change,
    }
    position += 1n
    return { type: 'PictureAccepted', stream, position, data } as unknown as RecordedEvent
  }
  return { galleries, keys, accept }
}

test('a tenant sees its own people alone', async () => {
  const { galleries, accept } = world()
  await galleries.apply(accept(id(10), ann))
  await galleries.apply(accept(id(11), bob, {}, otherTenant))
  expect(galleries.of(tenantId).gallery.owners).toEqual([{ personId: ann, pictureId: id(10) }])
  expect(galleries.of(otherTenant).gallery.owners).toEqual([{ personId: bob, pictureId: id(11) }])
  expect(galleries.of(id(9)).gallery.owners).toEqual([])
  expect(galleries.keyOf(tenantId, ann)).toBe(ann)
  expect(galleries.keyOf(tenantId, bob)).toBeUndefined()
})

test('the version tells the last change and what is in it, in whatever order it came', async () => {
  const [one, other] = [world(), world()]
  expect(one.galleries.of(tenantId).version).toEqual({
    position: null,
    modelSet: model.id,
    sha256: sha256Of(''),
  })
  await one.galleries.apply(one.accept(id(10), ann))
  await one.galleries.apply(one.accept(id(11), bob))
  await other.galleries.apply(other.accept(id(11), bob))
  await other.galleries.apply(other.accept(id(10), ann))
  expect(one.galleries.of(tenantId).version).toEqual(other.galleries.of(tenantId).version)
  expect(one.galleries.of(tenantId).version.position).toBe('102')
})

test('pictures of another model, of a destroyed key or with another vector than recorded are left out', async () => {
  const { galleries, keys, accept } = world()
  await galleries.apply(
    accept(id(10), ann, { modelSet: { ...model, embedder: { id: 'x', sha256: '0'.repeat(64) } } }),
  )
  await galleries.apply(accept(id(11), ann, { vectorSha256: '0'.repeat(64) }))
  const erased = accept(id(12), ann)
  keys.delete(`${tenantId}.${ann}`)
  await galleries.apply(erased)
  expect(galleries.of(tenantId).gallery.owners).toEqual([])
})

test('a key store that is away leaves the event to be applied again', async () => {
  const { galleries, keys, accept } = world()
  const event = accept(id(10), ann)
  const read = keys.get.bind(keys)
  keys.get = () => {
    throw new Error('away')
  }
  await expect(galleries.apply(event)).rejects.toThrow('away')
  keys.get = read
  await galleries.apply(event)
  expect(galleries.of(tenantId).gallery.owners).toHaveLength(1)
  galleries.forget(tenantId, ann)
  expect(galleries.of(tenantId).gallery.owners).toEqual([])
})

test('a vector survives its bytes', () => {
  fc.assert(
    fc.property(fc.float32Array({ maxLength: 40 }), vector => {
      expect(vectorFromBytes(vectorToBytes(vector))).toEqual(vector)
    }),
  )
})
