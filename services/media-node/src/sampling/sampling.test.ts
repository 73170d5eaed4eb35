import fc from 'fast-check'
import { expect, test } from 'vitest'
import { captureTime } from './capture-time.ts'
import { JpegSplitter, NotJpegError } from './jpeg-splitter.ts'
import { readShowinfo } from './showinfo.ts'

/** A JPEG by its structure alone: segments whose bodies may hold anything, and stuffed entropy-coded data. */
const anyJpeg = fc
  .record({
    segments: fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 3 }),
    scans: fc.array(fc.uint8Array({ maxLength: 60 }), { minLength: 1, maxLength: 2 }),
  })
  .map(({ segments, scans }) => {
    const segment = (marker: number, body: Uint8Array) =>
      Buffer.concat([Buffer.from([0xff, marker, (body.length + 2) >> 8, (body.length + 2) & 0xff]), body])
    const data = (bytes: Uint8Array) =>
      Buffer.from(
        [...bytes].flatMap(byte => (byte === 0xff ? [0xff, 0x00] : [byte])).concat([0xff, 0xd3, 0x11]),
      )
    return Buffer.concat([
      Buffer.from([0xff, 0xd8]),
      ...segments.map(body => segment(0xe1, body)),
      ...scans.flatMap(bytes => [segment(0xda, Buffer.from([1, 1, 0, 0, 63, 0])), data(bytes)]),
      Buffer.from([0xff, 0xd9]),
    ])
  })

test('pictures come out as they went in, however their bytes were cut', () => {
  fc.assert(
    fc.property(
      fc.array(anyJpeg, { maxLength: 4 }),
      fc.array(fc.integer({ min: 1, max: 50 })),
      (pictures, cuts) => {
        const bytes = Buffer.concat(pictures)
        const splitter = new JpegSplitter()
        const out: Buffer[] = []
        let at = 0
        for (const length of [...cuts, bytes.length]) {
          out.push(...splitter.push(bytes.subarray(at, at + length)))
          at += length
        }
        expect(out.map(picture => picture.toString('hex'))).toEqual(
          pictures.map(picture => picture.toString('hex')),
        )
      },
    ),
  )
})

test('a thumbnail inside a segment ends nothing', () => {
  const thumbnail = Buffer.from([0xff, 0xd8, 0xff, 0xd9])
  const head = Buffer.from([0xff, 0xd8, 0xff, 0xe1, 0, 6, ...thumbnail])
  const picture = Buffer.concat([head, Buffer.from([0xff, 0xda, 0, 2, 7, 7, 0xff, 0xd9])])
  expect(new JpegSplitter().push(picture)).toEqual([picture])
})

test('bytes that are no picture are refused', () => {
  expect(() => new JpegSplitter().push(Buffer.from('hello'))).toThrow(NotJpegError)
  expect(() => new JpegSplitter().push(Buffer.from([0xff, 0xe0, 0, 2]))).toThrow(NotJpegError)
})

test('a line of showinfo tells when its frame was seen; the first frame has no time', () => {
  const line = (pts: string) =>
    `[Parsed_showinfo_3 @ 0x563b818252c0] n:   1 pts:${pts} pts_time:1.8e+09 duration:3750 fmt:yuvj420p sar:1/1 s:360x288 i:P iskey:1 type:I`
  expect(readShowinfo(line('161572924260534'))).toEqual({
    seenAt: 161572924260534 / 90,
    width: 360,
    height: 288,
    isBFrame: false,
  })
  expect(readShowinfo(line('      0'))).toMatchObject({ seenAt: undefined, width: 360, height: 288 })
  expect(readShowinfo(line('1').replace('type:I', 'type:B'))).toMatchObject({ isBFrame: true })
  expect(readShowinfo('[Parsed_showinfo_3 @ 0x563b818252c0] config in time_base: 1/90000')).toBeUndefined()
  expect(readShowinfo('Stream #0:0: Video: h264, 360x288')).toBeUndefined()
})

test('times of frames never go back nor far ahead, and what was moved says by how much', () => {
  const errorMs = 500
  expect(captureTime({ seenAt: 1000.4, now: 1100, previous: 900, errorMs })).toEqual({
    capturedAt: 1000,
    clockErrorMs: 500,
  })
  expect(captureTime({ seenAt: 5000, now: 1000, previous: 900, errorMs })).toEqual({
    capturedAt: 1000,
    clockErrorMs: 4500,
  })
  expect(captureTime({ seenAt: 800, now: 1000, previous: 900, errorMs })).toEqual({
    capturedAt: 900,
    clockErrorMs: 600,
  })
  fc.assert(
    fc.property(fc.array(fc.nat(100_000), { minLength: 1 }), times => {
      let previous: number | undefined
      for (const seenAt of times) {
        const { capturedAt, clockErrorMs } = captureTime({ seenAt, now: 50_000, previous, errorMs })
        expect(capturedAt).toBeGreaterThanOrEqual(previous ?? 0)
        expect(capturedAt).toBeLessThanOrEqual(52_000)
        expect(clockErrorMs).toBe(errorMs + Math.abs(capturedAt - seenAt))
        previous = capturedAt
      }
    }),
  )
})
