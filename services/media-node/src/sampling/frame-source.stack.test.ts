import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { type FrameAttributes, frameAttributes, MAX_FRAME_BYTES } from '@sightline/contracts/frames'
import { expect, test } from 'vitest'
import { FrameSource } from './frame-source.ts'

const programPath = process.env.PATH ?? '/usr/bin:/bin'
const origin = {
  tenantId: '018f0000-0000-7000-8000-000000000001',
  cameraId: '018f0000-0000-7000-8000-000000000002',
  streamId: '018f0000-0000-7000-8000-000000000003',
  nodeId: '018f0000-0000-7000-8000-000000000004',
  session: 1,
  epoch: 2,
}

/** A picture of noise, which JPEG can't make small. */
async function noise(side: number): Promise<Buffer> {
  const source = `nullsrc=s=${side}x${side},geq=random(1)*255:128:128`
  const args = ['-v', 'error', '-f', 'lavfi', '-i', source, '-frames:v', '1', '-q:v', '2', '-f', 'image2pipe']
  const options = { encoding: 'buffer', maxBuffer: 64 * 1024 * 1024 } as const
  return (await promisify(execFile)('ffmpeg', [...args, '-c:v', 'mjpeg', 'pipe:1'], options)).stdout
}

function source() {
  const published: { frame: FrameAttributes; bytes: number }[] = []
  const frames = new FrameSource(origin, {
    publisher: {
      async publishFrame(frame, jpeg) {
        published.push({ frame, bytes: jpeg.length })
        return 'published'
      },
    },
    settings: { arrivalErrorMs: 500, shrunkWithinMs: 60_000, programPath },
    now: () => new Date('2026-01-31T12:00:00.000Z'),
  })
  return { frames, published }
}

const seenAt = Date.parse('2026-01-31T12:00:00.000Z')

test('a picture that is too large is made smaller, and its attributes say so', async () => {
  const { frames, published } = source()
  const jpeg = await noise(1280)
  expect(jpeg.length).toBeGreaterThan(MAX_FRAME_BYTES)
  frames.offer({ jpeg, width: 1280, height: 1280, seenAt })
  await expect.poll(() => published.length, { timeout: 50_000 }).toBe(1)
  const [{ frame, bytes }] = published as [(typeof published)[0]]
  expect(bytes).toBeLessThanOrEqual(MAX_FRAME_BYTES)
  expect(frame).toMatchObject({ sequence: 0, width: 640, height: 640 })
  expect(frameAttributes.parse(frame)).toEqual(frame)
})

test('a picture that stays too large is refused, counted, and leaves a gap', async () => {
  const { frames, published } = source()
  const jpeg = await noise(4000)
  frames.offer({ jpeg, width: 4000, height: 4000, seenAt })
  await expect.poll(() => frames.counts().tooLarge, { timeout: 50_000 }).toBe(1)
  frames.offer({ jpeg: Buffer.from([0xff, 0xd8]), width: 2, height: 2, seenAt })
  await expect.poll(() => published.length).toBe(1)
  expect(published[0]!.frame.sequence).toBe(1)
  expect(frames.counts()).toEqual({ sampled: 2, published: 1, tooLarge: 1, unpublished: 0 })
})

test('nothing is published after the end', () => {
  const { frames, published } = source()
  frames.close()
  frames.offer({ jpeg: Buffer.from([0xff, 0xd8]), width: 2, height: 2, seenAt })
  expect(published).toEqual([])
})
