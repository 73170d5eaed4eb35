import fc from 'fast-check'
import { expect, test } from 'vitest'
import { faultInRtspAddress } from './rtsp-address.ts'

test.each([
  'rtsp://camera.example/live',
  'rtsps://camera.example:322/live?profile=1',
  'rtsp://user:p%40ss@10.0.0.7:554/Streaming/Channels/101',
  'rtsp://[fd00::7]:8554/stream',
  'RTSP://camera_1.local',
])('%s is taken', address => {
  expect(faultInRtspAddress(address)).toBeUndefined()
})

test.each([
  ['nothing', ''],
  ['another protocol', 'http://camera.example/live'],
  ['a file', 'file:///etc/passwd'],
  ['no host', 'rtsp:///live'],
  ['no host but a port', 'rtsp://:554/live'],
  ['a wrong port', 'rtsp://camera.example:70000/live'],
  ['port zero', 'rtsp://camera.example:0/live'],
  ['a line break', "rtsp://camera.example/live\nfile '/etc/passwd'"],
  ['a NUL', 'rtsp://camera.example/\u0000'],
  ['a blank', 'rtsp://camera.example/a b'],
  ['letters beyond ASCII', 'rtsp://käse.example/live'],
  ['a fragment', 'rtsp://camera.example/live#now'],
  ['a broken IPv6 address', 'rtsp://[fd00::zz]/live'],
  ['too many characters', `rtsp://camera.example/${'a'.repeat(2100)}`],
])('%s is refused', (_what, address) => {
  expect(faultInRtspAddress(address)).toBeTypeOf('string')
})

test('an address that is taken is one line of printable ASCII with a host', () => {
  const anything = fc.tuple(fc.string({ unit: 'binary-ascii' }), fc.string({ unit: 'binary-ascii' }))
  fc.assert(
    fc.property(anything, ([before, after]) => {
      const address = `rtsp://${before}@camera.example/${after}`
      if (faultInRtspAddress(address) !== undefined) return
      expect(address).toMatch(/^[\x21-\x7e]+$/)
      expect(new URL(address).hostname).not.toBe('')
    }),
  )
})
