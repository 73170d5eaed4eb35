import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { checkForEnrolment } from './enrolment-check.ts'
import {
  createFinder,
  type ExaminedFace,
  type Finder,
  isExamined,
  smallestFacePx,
  type Wanted,
} from './finder.ts'
import { cosine } from './matching.ts'
import { readModelSet, readWeights } from './model-set.ts'
import { openNetworks } from './networks.ts'
import { cropFace, decode, readSize, UnreadablePictureError } from './picture.ts'
import { filmFrames, franckStills, still, weightsFolder } from './test-pictures.ts'

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

const set = readModelSet()
let finder: Finder
beforeAll(async () => {
  finder = createFinder(set, await openNetworks(set, await readWeights(set, weightsFolder())))
})
afterAll(() => finder.close())

/** The one face of a picture; fails with what was found instead. */
async function theFace(picture: Uint8Array, wanted?: Wanted): Promise<ExaminedFace> {
  const { faces } = await finder.findFaces(picture, wanted)
  const [face] = faces
  expect(faces.map(({ verdict, box }) => ({ verdict, box }))).toHaveLength(1)
  if (!face || !isExamined(face)) throw new Error(`not examined: ${JSON.stringify(faces)}`)
  return face
}
async function vectorsOf(pictures: Uint8Array[]) {
  const vectors: Float32Array[] = []
  for (const picture of pictures) vectors.push((await theFace(picture)).embedding)
  return vectors
}
const similarities = (ones: Float32Array[], others: Float32Array[]) =>
  ones.flatMap(one => others.map(other => cosine(one, other)))

describe('who is who', () => {
  test('stills of one man are alike, and unlike those of two others', async () => {
    const franck = await vectorsOf(franckStills())
    const others = await vectorsOf([still('audrey.jpg'), still('cage.jpg')])
    expect(franck).toHaveLength(11)
    expect(Math.min(...similarities(franck, franck))).toBeGreaterThanOrEqual(0.6)
    expect(Math.max(...similarities(franck, others))).toBeLessThanOrEqual(0.3)
  })

  test('each frame of his film shows him, and two films of a second person show one and the same', async () => {
    const stills = (await vectorsOf(franckStills())).slice(0, 3)
    const film = await vectorsOf(filmFrames('franck', 8, 20))
    const stranger = await vectorsOf(filmFrames('cap12', 2, 6))
    const again = await vectorsOf(filmFrames('cap13', 2, 4))
    expect(film.length).toBeGreaterThan(10)
    for (const frame of film) expect(Math.max(...similarities([frame], stills))).toBeGreaterThanOrEqual(0.6)
    expect(Math.min(...similarities(stranger, again))).toBeGreaterThanOrEqual(0.5)
    expect(Math.max(...similarities([...stranger, ...again], [...stills, ...film]))).toBeLessThanOrEqual(0.3)
  })

  test('a vector has unit length, and the same picture gives the same one', async () => {
    const picture = still('audrey.jpg')
    const face = await theFace(picture)
    expect(face.embedding).toHaveLength(512)
    expect(Math.hypot(...face.embedding)).toBeCloseTo(1, 5)
    expect((await theFace(picture)).embedding).toEqual(face.embedding)
  })

  test('it survives a large frame and a face of hardly more than the smallest size', async () => {
    const one = await theFace(still('franck_02159.jpg'))
    const large = await sharp(still('franck_02159.jpg'))
      .resize(1920, 1080, { fit: 'contain' })
      .jpeg()
      .toBuffer()
    expect(cosine((await theFace(large)).embedding, one.embedding)).toBeGreaterThan(0.9)
    const small = await sharp(still('franck_02159.jpg')).resize(95).jpeg().toBuffer()
    expect(cosine((await theFace(small)).embedding, one.embedding)).toBeGreaterThan(0.6)
  })
})

describe('what a picture shows', () => {
  test('faces come from left to right, each with its box, points and quality', async () => {
    const left = await sharp(still('audrey.jpg')).resize(400, 500).toBuffer()
    const right = await sharp(still('cage.jpg')).resize(400, 500).toBuffer()
    const both = await sharp({ create: { width: 820, height: 520, channels: 3, background: '#888' } })
      .composite([
        { input: right, left: 410, top: 10 },
        { input: left, left: 5, top: 10 },
      ])
      .jpeg()
      .toBuffer()
    const { faces, width, height } = await finder.findFaces(both)
    expect([width, height]).toEqual([820, 520])
    expect(faces.map(({ verdict }) => verdict)).toEqual(['USABLE', 'USABLE'])
    const [first, second] = faces.filter(isExamined)
    expect(cosine(first!.embedding, (await theFace(still('audrey.jpg'))).embedding)).toBeGreaterThan(0.8)
    expect(cosine(second!.embedding, (await theFace(still('cage.jpg'))).embedding)).toBeGreaterThan(0.8)
    for (const { points, box } of [first!, second!]) {
      const [leftEye, rightEye, nose, mouth] = points
      expect(leftEye.x).toBeLessThan(rightEye.x)
      expect(nose.y).toBeGreaterThan(leftEye.y)
      expect(mouth.y).toBeGreaterThan(nose.y)
      expect(nose.x).toBeGreaterThan(box.x)
      expect(nose.x).toBeLessThan(box.x + box.width)
    }
    expect(checkForEnrolment(await finder.findFaces(both))).toEqual({
      accepted: false,
      reason: 'SEVERAL_FACES',
    })
  })

  test('the smallest recognisable face follows from the size of the picture', () => {
    expect(smallestFacePx(set, 360, 288)).toBe(40)
    expect(smallestFacePx(set, 640, 480)).toBe(40)
    expect(smallestFacePx(set, 1280, 720)).toBe(80)
    expect(smallestFacePx(set, 1920, 1080)).toBe(120)
  })

  test('EXIF orientation is applied: a picture stored on its side is recognised upright', async () => {
    const upright = await theFace(still('franck_02159.jpg'))
    for (const [orientation, turn] of [
      [6, 270],
      [3, 180],
      [8, 90],
    ] as const) {
      const stored = await sharp(still('franck_02159.jpg'))
        .rotate(turn)
        .withMetadata({ orientation })
        .jpeg()
        .toBuffer()
      const finding = await finder.findFaces(stored)
      expect([finding.width, finding.height]).toEqual([720, 576])
      expect(checkForEnrolment(finding).accepted).toBe(true)
      expect(cosine((await theFace(stored)).embedding, upright.embedding)).toBeGreaterThan(0.95)
      const { crop } = await theFace(stored, { crops: true })
      expect((await sharp(crop!.jpeg).metadata()).orientation).toBeUndefined()
      expect(cosine((await theFace(crop!.jpeg)).embedding, upright.embedding)).toBeGreaterThan(0.8)
    }
  })

  test('a long, thin picture is shrunk for the detector and examined in full, stored upright or on its side', async () => {
    const face = await sharp(still('franck_02159.jpg')).resize({ height: 300 }).jpeg().toBuffer()
    const long = await sharp({ create: { width: 1000, height: 300, channels: 3, background: 'grey' } })
      .composite([{ input: face, left: 300, top: 0 }])
      .jpeg()
      .toBuffer()
    const onItsSide = await sharp(long).rotate(270).withMetadata({ orientation: 6 }).jpeg().toBuffer()
    for (const picture of [long, onItsSide]) {
      const { width, height } = await finder.findFaces(picture)
      expect([width, height]).toEqual([1000, 300])
      expect(cosine((await theFace(picture)).embedding, (await theFace(face)).embedding)).toBeGreaterThan(0.9)
    }
  })

  test('a face that lies on its side without EXIF saying so is nobody', async () => {
    for (const turn of [90, 270]) {
      const turned = await sharp(still('franck_02159.jpg')).rotate(turn).jpeg().toBuffer()
      const { faces } = await finder.findFaces(turned)
      expect(faces.filter(({ verdict }) => verdict === 'USABLE')).toEqual([])
      expect(checkForEnrolment(await finder.findFaces(turned))).toEqual({
        accepted: false,
        reason: 'NO_FACE',
      })
    }
  })

  test('a picture without a face has none', async () => {
    const grey = await sharp({ create: { width: 640, height: 480, channels: 3, background: '#777' } })
      .png()
      .toBuffer()
    for (const picture of [grey, still('facemodel_numbering_new.png')]) {
      const finding = await finder.findFaces(picture)
      expect(finding.faces).toEqual([])
      expect(checkForEnrolment(finding)).toEqual({ accepted: false, reason: 'NO_FACE' })
    }
  })

  test('a blurred still is told from a sharp one, a small one is not taken for blurred', async () => {
    for (const picture of franckStills()) {
      expect((await theFace(picture)).verdict).toBe('USABLE')
      const blurred = await sharp(picture).blur(9).jpeg({ quality: 90 }).toBuffer()
      expect((await theFace(blurred)).verdict).toBe('BLURRED')
      expect(checkForEnrolment(await finder.findFaces(blurred))).toEqual({
        accepted: false,
        reason: 'BLURRED',
      })
      const small = await sharp(picture).resize(90).jpeg().toBuffer()
      for (const face of (await finder.findFaces(small)).faces) expect(face.verdict).not.toBe('BLURRED')
    }
  })

  test('a face below the smallest size is reported without a vector', async () => {
    const tiny = await sharp(still('franck_02159.jpg')).resize(55).jpeg({ quality: 90 }).toBuffer()
    const finding = await finder.findFaces(tiny)
    expect(finding.faces.map(({ verdict }) => verdict)).toEqual(['TOO_SMALL'])
    expect(finding.faces[0]).not.toHaveProperty('embedding')
    expect(checkForEnrolment(finding)).toEqual({ accepted: false, reason: 'TOO_SMALL' })
  })

  test('only the largest faces of a crowd are examined', async () => {
    const only = createFinder(
      { ...set, policy: { ...set.policy, maximumFaces: 1 } },
      await openNetworks(set, await readWeights(set, weightsFolder())),
    )
    const crowd = await sharp({ create: { width: 700, height: 400, channels: 3, background: '#888' } })
      .composite([
        { input: await sharp(still('cage.jpg')).resize(200).toBuffer(), left: 0, top: 0 },
        { input: await sharp(still('audrey.jpg')).resize(280).toBuffer(), left: 350, top: 0 },
      ])
      .jpeg()
      .toBuffer()
    expect((await finder.findFaces(crowd)).faces.map(({ verdict }) => verdict)).toEqual(['USABLE', 'USABLE'])
    const { faces } = await only.findFaces(crowd)
    expect(faces.map(({ verdict }) => verdict).sort()).toEqual(['TOO_MANY', 'USABLE'])
    await only.close()
  })

  test('grey, transparent and CMYK pictures are read', async () => {
    const one = await theFace(still('audrey.jpg'))
    const pictures = [
      await sharp(still('audrey.jpg')).greyscale().jpeg().toBuffer(),
      await sharp(still('audrey.jpg')).ensureAlpha(0.99).png().toBuffer(),
      await sharp(still('audrey.jpg')).toColourspace('cmyk').jpeg().toBuffer(),
      await sharp(still('audrey.jpg')).webp().toBuffer(),
    ]
    for (const picture of pictures)
      expect(cosine((await theFace(picture)).embedding, one.embedding)).toBeGreaterThan(0.7)
  })
})

describe('bytes that are no picture', () => {
  const unreadable = (bytes: Uint8Array) =>
    expect(finder.findFaces(bytes)).rejects.toBeInstanceOf(UnreadablePictureError)

  test('garbage, nothing, half a picture and forbidden formats are unreadable', async () => {
    const jpeg = still('audrey.jpg')
    await unreadable(Buffer.from('not a picture'))
    await unreadable(new Uint8Array(0))
    await unreadable(jpeg.subarray(0, jpeg.length / 2))
    await unreadable(jpeg.subarray(0, 300))
    await unreadable(Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'))
    await unreadable(await sharp(jpeg).tiff().toBuffer())
    await unreadable(await sharp(jpeg).gif().toBuffer())
  })

  test('a picture of too many pixels is refused by its header', async () => {
    const bomb = await sharp({ create: { width: 9000, height: 9000, channels: 3, background: '#000' } })
      .png({ compressionLevel: 9 })
      .toBuffer()
    await unreadable(bomb)
  })

  test('damaged JPEGs are unreadable or read, and the next picture is found as ever', async () => {
    const jpeg = still('franck_02159.jpg')
    for (let seed = 1; seed <= 20; seed++) {
      const damaged = Buffer.from(jpeg)
      for (let i = 0; i < 30; i++)
        damaged[(seed * 7919 + i * 104_729) % damaged.length] = (seed * i * 31) % 256
      await finder.findFaces(damaged).catch(error => expect(error).toBeInstanceOf(UnreadablePictureError))
    }
    expect((await theFace(jpeg)).verdict).toBe('USABLE')
  })

  test('checking says so', () => {
    expect(checkForEnrolment('unreadable')).toEqual({ accepted: false, reason: 'UNREADABLE' })
  })
})

test('a crop shows the face with some surroundings and carries no metadata', async () => {
  const picture = await sharp(still('franck_02159.jpg'))
    .withExif({ IFD0: { Artist: 'somebody' } })
    .jpeg()
    .toBuffer()
  expect(await theFace(picture)).not.toHaveProperty('crop')
  const { crop } = await theFace(picture, { crops: true })
  const { jpeg, width, height } = crop!
  expect(Math.max(width, height)).toBe(320)
  expect(await readSize(jpeg)).toMatchObject({ width, height })
  expect((await sharp(jpeg).metadata()).exif).toBeUndefined()
  expect(cosine((await theFace(jpeg)).embedding, (await theFace(picture)).embedding)).toBeGreaterThan(0.8)
  const pixels = await decode(picture)
  const corner = await cropFace(pixels, { x: 719.6, y: 575.7, width: 0.4, height: 0.3 })
  expect([corner.width, corner.height]).toEqual([1, 1])
})
