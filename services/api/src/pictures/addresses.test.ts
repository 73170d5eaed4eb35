import { randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { type AddressedPicture, createPictureAddresses } from './addresses.ts'

const now = new Date('2026-01-31T12:00:30.000Z')
const later = (seconds: number) => new Date(now.getTime() + seconds * 1000)
const picture = {
  kind: 'picture',
  tenantId: '0190b8a0-0000-7000-8000-000000000001',
  userId: '0190b8a0-0000-7000-8000-000000000004',
  sessionId: '0190b8a0-0000-7000-8000-000000000002',
  siteIds: ['0190b8a0-0000-7000-8000-000000000005'],
  cameraId: null,
  objectKey: '0190b8a0-0000-7000-8000-000000000001/faces-raw/a/b',
  keyId: '0190b8a0-0000-7000-8000-000000000003',
  contentType: 'image/png',
} satisfies AddressedPicture
const addresses = createPictureAddresses(randomBytes(32))
const tokenOf = (path: string) => path.slice(path.lastIndexOf('/') + 1)

test('an address names its picture', () => {
  const path = addresses.signAddress({ ...picture, now })
  expect(path).toMatch(/^\/pictures\/[\w-]+\.[\w-]+$/)
  expect(addresses.readAddress('picture', tokenOf(path), now)).toEqual(picture)
})

test('the address of a crop is another than that of a picture', () => {
  const path = addresses.signAddress({ ...picture, kind: 'crop', sessionId: null, now })
  expect(path.startsWith('/crops/')).toBe(true)
  expect(addresses.readAddress('picture', tokenOf(path), now)).toBeUndefined()
  expect(addresses.readAddress('crop', tokenOf(path), now)).toMatchObject({ kind: 'crop', sessionId: null })
})

test('an address lasts four minutes and not longer than five', () => {
  const token = tokenOf(addresses.signAddress({ ...picture, now }))
  expect(addresses.readAddress('picture', token, later(240))).toBeDefined()
  expect(addresses.readAddress('picture', token, later(300))).toBeUndefined()
})

test('an address stays the same within a minute', () => {
  const sign = (at: Date) => addresses.signAddress({ ...picture, now: at })
  expect(sign(later(20))).toBe(sign(now))
})

test('an address that was altered, cut or signed by somebody else opens nothing', () => {
  const token = tokenOf(addresses.signAddress({ ...picture, now }))
  const [payload, mac] = token.split('.') as [string, string]
  const forged = Buffer.from(JSON.stringify({ ...picture })).toString('base64url')
  const other = createPictureAddresses(randomBytes(32)).signAddress({ ...picture, now })
  for (const wrong of [
    `${forged}.${mac}`,
    payload,
    `${payload}.`,
    `.${mac}`,
    `${token}.${mac}`,
    '',
    tokenOf(other),
  ]) {
    expect(addresses.readAddress('picture', wrong, now)).toBeUndefined()
  }
})
