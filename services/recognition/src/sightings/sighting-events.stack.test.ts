import { randomBytes, randomUUID } from 'node:crypto'
import { createDataKeys, DataKeyConflictError, type DataKeys } from '@sightline/data-keys/data-keys'
import { unseal, unsealBytes } from '@sightline/data-keys/encryption'
import { createMasterKey } from '@sightline/data-keys/master-key'
import { createDatabase } from '@sightline/database/database'
import { migrate } from '@sightline/database/migrate'
import { useSharedStack } from '@sightline/local/test-stack'
import { createLogger } from '@sightline/logging/logging'
import { createFolderObjects } from '@sightline/objects/folder-objects'
import { afterAll, expect, test } from 'vitest'
import { vectorToBytes } from '../galleries/vector-bytes.ts'
import type { SightingChange } from './observe.ts'
import { type DecidingFrame, makeEvents } from './sighting-events.ts'

const { createDatabase: createEmptyDatabase, folder } = await useSharedStack('postgres')
const { connection, ownerUrl, passwords } = await createEmptyDatabase()
await migrate(ownerUrl)
const logger = createLogger({ name: 'test', level: 'silent' })
const database = createDatabase({ connection, roles: { ops_keys: passwords.ops_keys }, logger })
afterAll(() => database.close())
const masterKey = createMasterKey(randomBytes(32).toString('base64'))
const objects = createFolderObjects(folder)
/** Each stands for a process of its own. */
const keysOfAProcess = () => createDataKeys({ database, masterKey })

const camera = { tenantId: randomUUID(), cameraId: randomUUID() }
const embedding = Float32Array.from({ length: 8 }, (_, index) => index)
const jpeg = Buffer.from('a picture of a face')
const frame: DecidingFrame = {
  crops: [{ jpeg, width: 112, height: 112 }],
  basis: {
    modelSet: { id: 'test', sha256: 'a'.repeat(64) },
    gallery: { position: null, modelSet: 'test', sha256: 'a'.repeat(64) },
    policyVersion: 1,
  } as never,
  siteId: randomUUID(),
  traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`,
}

function opened(sightingId: string): SightingChange {
  const ref = {
    streamId: randomUUID(),
    session: 1,
    epoch: 0,
    sequence: 1,
    capturedAt: '2026-01-31T12:00:00.000Z',
    frameSha256: 'a'.repeat(64),
  }
  return {
    type: 'opened',
    sightingId,
    firstFrame: ref,
    decidingFrame: ref,
    subject: { kind: 'unknown' },
    face: {
      faceIndex: 0,
      box: { x: 1, y: 1, width: 80, height: 100 },
      quality: { score: 0.99, height: 100, norm: 3.5, sharpness: 300 },
      candidates: [],
      margin: null,
      outcome: 'EMPTY_GALLERY',
      embedding,
    },
    previousSightingId: null,
    watermark: ref,
    open: [sightingId],
  } as SightingChange
}

function open(sightingId: string, dataKeys: Pick<DataKeys, 'propose' | 'read'> = keysOfAProcess()) {
  const writing = {
    dataKeys,
    objects,
    personKeyOf: () => undefined,
    recogniserId: randomUUID(),
    now: () => new Date(),
  }
  return makeEvents(writing, camera, [opened(sightingId)], frame)
}

test('a sighting that is decided again, and by two at once, is opened by the key that stands', async () => {
  const sightingId = randomUUID()
  const made = [await open(sightingId), ...(await Promise.all([open(sightingId), open(sightingId)]))]
  for (const [event] of made) {
    if (event?.type !== 'SightingOpened') throw new Error(`it made a ${event?.type}`)
    const { keyId, crop, template } = event.data
    const key = (await keysOfAProcess().read(camera.tenantId, keyId))!
    expect(unseal(key, template)).toEqual(Buffer.from(vectorToBytes(embedding)))
    expect(unsealBytes(key, crop.objectKey, (await objects.get(crop.objectKey))!)).toEqual(jpeg)
  }
  const stored = await Array.fromAsync(objects.list(`${camera.tenantId}/faces-derived`))
  expect(stored.filter(({ key }) => key.includes(sightingId))).toHaveLength(1)
})

test('a sighting whose key was destroyed is not opened again', async () => {
  const sightingId = randomUUID()
  const [event] = await open(sightingId)
  if (event?.type !== 'SightingOpened') throw new Error(`it made a ${event?.type}`)
  await keysOfAProcess().destroy(camera.tenantId, event.data.keyId)
  await expect(open(sightingId)).rejects.toThrow(DataKeyConflictError)
  const stored = await Array.fromAsync(objects.list(`${camera.tenantId}/faces-derived`))
  expect(stored.map(({ key }) => key)).toContain(event.data.crop.objectKey)
  expect(stored.filter(({ key }) => key.includes(sightingId))).toHaveLength(1)
})

test('whoever is cut off before it hears that its key stands takes no picture away', async () => {
  const sightingId = randomUUID()
  const keys = keysOfAProcess()
  let successor: Awaited<ReturnType<typeof open>> | undefined
  const cutOff = open(sightingId, {
    read: keys.read,
    propose(request) {
      const { likely, standing } = keys.propose(request)
      const lost = async () => {
        await standing
        successor = await open(sightingId)
        throw new Error('the connection was lost')
      }
      return { likely, standing: lost() }
    },
  })
  await expect(cutOff).rejects.toThrow('the connection was lost')
  const [event] = successor!
  if (event?.type !== 'SightingOpened') throw new Error(`it made a ${event?.type}`)
  expect(await objects.get(event.data.crop.objectKey)).toBeDefined()
})
