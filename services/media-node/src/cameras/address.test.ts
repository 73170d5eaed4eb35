import fc from 'fast-check'
import { expect, test } from 'vitest'
import { isAllowed, pinAddress } from './address.ts'

const networks = ['192.168.0.0/16', 'fd00::/8']
const pin = (address: string, resolved: string[] = []) =>
  pinAddress(address, { networks, resolve: async () => resolved })

test('the name is replaced by the address that was checked; everything else stays', async () => {
  expect(await pin('rtsp://us%20er:p%40ss@camera.example:8554/a/b?c=d', ['192.168.1.5'])).toEqual({
    kind: 'pinned',
    address: 'rtsp://us%20er:p%40ss@192.168.1.5:8554/a/b?c=d',
  })
  expect(await pin('rtsp://camera.example/', ['fd00::1'])).toEqual({
    kind: 'pinned',
    address: 'rtsp://[fd00::1]/',
  })
})

test('every address of a name must be allowed, not only the first', async () => {
  expect(await pin('rtsp://camera.example/', ['192.168.1.5', '127.0.0.1'])).toMatchObject({
    kind: 'not allowed',
  })
})

test.each([
  'rtsp://10.0.0.1/',
  'rtsp://127.0.0.1:554/',
  'rtsp://[::1]/',
  'rtsp://[::ffff:127.0.0.1]/',
  'http://192.168.1.5/',
  'file:///etc/passwd',
  'no address at all',
])('%s is not allowed', async address => {
  expect(await pin(address)).toMatchObject({ kind: 'not allowed' })
})

test('an IPv4 address in IPv6 clothes is checked and connected to as what it is', async () => {
  expect(await pin('rtsp://[::ffff:192.168.1.5]/live')).toEqual({
    kind: 'pinned',
    address: 'rtsp://192.168.1.5/live',
  })
})

test('an address that can not take the place of the name is not allowed', async () => {
  const options = { networks: ['fe80::/10'], resolve: async () => ['fe80::1%eth0'] }
  expect(await pinAddress('rtsp://camera.example/', options)).toMatchObject({ kind: 'not allowed' })
})

test('odd spellings of numbers are taken for names, and what they resolve to is checked', async () => {
  for (const host of ['2130706433', '0x7f.1', '017700000001']) {
    const pinned = await pin(`rtsp://${host}/`, ['127.0.0.1'])
    expect(pinned.kind).toBe('not allowed')
  }
})

test('a name that does not resolve may do so later', async () => {
  const failing = { networks, resolve: () => Promise.reject(new Error('ENOTFOUND')) }
  expect(await pinAddress('rtsp://camera.example/', failing)).toMatchObject({ kind: 'not found' })
  expect(await pin('rtsp://camera.example/', [])).toMatchObject({ kind: 'not found' })
})

test('no detail holds the address', async () => {
  for (const address of ['rtsp://u:secret@10.0.0.1/x', 'rtsp://u:secret@nowhere/x', 'u:secret@x']) {
    expect(JSON.stringify(await pin(address))).not.toContain('secret')
  }
})

test('exactly the addresses of a network are allowed', () => {
  const byte = fc.nat(255)
  fc.assert(
    fc.property(byte, byte, byte, byte, (a, b, c, d) => {
      expect(isAllowed(`${a}.${b}.${c}.${d}`, ['172.16.0.0/12'])).toBe(a === 172 && b >= 16 && b < 32)
    }),
  )
})
