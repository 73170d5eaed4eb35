import sharp from 'sharp'
import { expect, test } from 'vitest'
import { faultInPicture, readContentType } from './image.ts'

const still = (width = 8, height = 8) =>
  sharp({ create: { width, height, channels: 3, background: '#808080' }, limitInputPixels: false })

test('a JPEG, a PNG and a WebP are pictures', async () => {
  expect(await faultInPicture(await still().jpeg().toBuffer(), 'image/jpeg')).toBeUndefined()
  expect(await faultInPicture(await still().png().toBuffer(), 'image/png')).toBeUndefined()
  expect(await faultInPicture(await still().webp().toBuffer(), 'image/webp')).toBeUndefined()
})

test('a picture is of the type that it is said to be', async () => {
  const bytes = await still().png().toBuffer()
  expect(await faultInPicture(bytes, 'image/jpeg')).toBe('The bytes are no image/jpeg.')
})

test.each([
  ['text', Buffer.from('a face')],
  ['nothing', Buffer.alloc(0)],
  ['an SVG', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>')],
  ['half a header', Buffer.from([0xff, 0xd8, 0xff])],
])('%s is no picture', async (_what, bytes) => {
  expect(await faultInPicture(bytes, 'image/jpeg')).toBeTypeOf('string')
})

test('a picture of too many pixels is refused, however few bytes it has', async () => {
  const bytes = await still(10_000, 6_000).png().toBuffer()
  expect(bytes.length).toBeLessThan(1_000_000)
  expect(await faultInPicture(bytes, 'image/png')).toBe('The picture has more than 50 million pixels.')
})

test('a content type is read without its parameters', () => {
  expect(readContentType('image/JPEG; charset=binary')).toBe('image/jpeg')
  expect(readContentType('image/gif')).toBeUndefined()
  expect(readContentType(undefined)).toBeUndefined()
})
