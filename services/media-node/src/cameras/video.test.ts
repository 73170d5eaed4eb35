import { expect, test } from 'vitest'
import { judgeVideo } from './judge-video.ts'
import { type CameraVideo, readProbe } from './probe.ts'
import { troubleOf } from './trouble.ts'

const baseline: CameraVideo = {
  codec: 'h264',
  profile: 'Constrained Baseline',
  pixelFormat: 'yuv420p',
  width: 1920,
  height: 1080,
  hasBFrames: false,
}

test.each<[Partial<CameraVideo>, string]>([
  [{}, 'taken'],
  [{ profile: 'High' }, 'taken'],
  [{ hasBFrames: true }, 'B_FRAMES'],
  [{ codec: 'hevc' }, 'CODEC_NOT_SUPPORTED'],
  [{ codec: 'mjpeg' }, 'CODEC_NOT_SUPPORTED'],
  [{ profile: 'High 4:2:2', pixelFormat: 'yuv422p' }, 'CODEC_NOT_SUPPORTED'],
  [{ width: 0, height: 0 }, 'NO_KEY_FRAMES'],
])('%o as it is: %s', (change, expected) => {
  const judged = judgeVideo({ ...baseline, ...change }, { reencode: false })
  expect(judged.kind === 'taken' ? 'taken' : judged.reason).toBe(expected)
})

test.each<Partial<CameraVideo>>([{ hasBFrames: true }, { codec: 'hevc' }, { pixelFormat: 'yuv422p' }])(
  '%o re-encoded is taken',
  change => {
    expect(judgeVideo({ ...baseline, ...change }, { reencode: true })).toMatchObject({
      kind: 'taken',
      format: { codec: 'H264', reencoded: true },
    })
  },
)

test('a camera without video', () => {
  expect(readProbe('{"streams": []}')).toMatchObject({ kind: 'failed', reason: 'NO_VIDEO' })
})

test.each([
  ['method DESCRIBE failed: 401 Unauthorized', 'failed', 'UNAUTHORIZED'],
  ['pipe:0: Server returned 401 Unauthorized (authorization failed)', 'failed', 'UNAUTHORIZED'],
  ['method DESCRIBE failed: 404 Not Found', 'broken', 'REFUSED'],
  ['method SETUP failed: 453 Not Enough Bandwidth', 'broken', 'REFUSED'],
  ['Connection to tcp://10.0.0.1:554 failed: Connection refused', 'broken', 'REFUSED'],
  ['Connection to tcp://10.0.0.1:554 failed: No route to host', 'broken', 'UNREACHABLE'],
  ['pipe:0: Connection timed out', 'broken', 'UNREACHABLE'],
  ['something else', 'broken', 'INGEST_DIED'],
])('ffmpeg says %s', (line, kind, reason) => {
  expect(troubleOf({ code: 1, signal: null }, [line])).toMatchObject({ kind, reason })
})

test('an ffmpeg that was killed, and one whose camera hung up', () => {
  expect(troubleOf({ code: null, signal: 'SIGKILL' }, [])).toMatchObject({ reason: 'INGEST_DIED' })
  expect(troubleOf({ code: 0, signal: null }, [])).toMatchObject({ reason: 'ENDED_BY_CAMERA' })
})

test('what a camera says about itself is not repeated', () => {
  const lines = ["Impossible to open 'rtsp://user:secret@10.0.0.1/x'", 'failed: 404 Not Found']
  expect(JSON.stringify(troubleOf({ code: 1, signal: null }, lines))).not.toContain('secret')
})
