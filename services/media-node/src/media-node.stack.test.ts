import { cameraFilm, originalFilm } from '@sightline/local/assets'
import { startCamera } from '@sightline/local/cameras'
import { expect, onTestFinished, test } from 'vitest'
import { ControlInMemory } from '../test/control-in-memory.ts'
import { deadline, phaseOf, useMediaNodes } from '../test/media-node-under-test.ts'

const { startNode, want, framesOf, moreFrames, malformed } = await useMediaNodes()

async function camera(options: Partial<Parameters<typeof startCamera>[0]> = {}) {
  const started = await startCamera({ file: cameraFilm('franck'), ...options })
  onTestFinished(() => started.close())
  return started
}

test('a wanted session is claimed, goes live, and its frames arrive in order with what they are', async () => {
  const control = new ControlInMemory()
  const nodeId = 'b7a3f6a0-0000-4000-8000-000000000001'
  const { address } = await camera({ username: 'admin', password: 'a pass:word' })
  const node = await startNode({ control, nodeId })
  const streamId = want(control, { source: address })
  await expect.poll(() => framesOf(streamId).length, deadline).toBeGreaterThanOrEqual(8)

  const frames = framesOf(streamId)
  const { epoch } = control.claimOf(streamId)!
  // A frame that had to wait for the first connection to the broker is superseded: a gap.
  const sequences = frames.map(frame => frame.attributes.sequence)
  expect(sequences).toEqual([...new Set(sequences)].sort((a, b) => a - b))
  expect(sequences[0]).toBe(0)
  for (const { attributes, jpeg, appendedAt } of frames) {
    expect(attributes).toMatchObject({ nodeId, epoch, session: 1, width: 360, height: 288, clock: 'arrival' })
    expect([...jpeg.subarray(0, 2), ...jpeg.subarray(-2)]).toEqual([0xff, 0xd8, 0xff, 0xd9])
    // Not an hour off, nor from 1970: how much it is off depends on the machine.
    expect(Math.abs(appendedAt.getTime() - Date.parse(attributes.capturedAt))).toBeLessThan(60_000)
  }
  // One frame in each half second of the clock.
  const cells = frames.map(frame => Math.floor(Date.parse(frame.attributes.capturedAt) / 500))
  expect(new Set(cells).size).toBe(cells.length)
  expect(malformed()).toBe(0)
  expect(await phaseOf(node, streamId, 'LIVE')).toEqual({
    phase: 'LIVE',
    video: { codec: 'H264', profile: 'Constrained Baseline', width: 360, height: 288, reencoded: false },
  })
  await expect.poll(() => control.reportsOf(streamId).map(({ report }) => report), deadline).toEqual(['live'])
  await expect.poll(() => control.renewals.length, deadline).toBeGreaterThan(1)
})

test('each camera has its own rate', async () => {
  const control = new ControlInMemory()
  const { address } = await camera()
  await startNode({ control })
  const slow = want(control, { source: address, framesPerSecond: 1 })
  const fast = want(control, { source: address, framesPerSecond: 5 })
  await expect.poll(() => framesOf(slow).length, deadline).toBeGreaterThanOrEqual(4)
  await expect.poll(() => framesOf(fast).length, deadline).toBeGreaterThanOrEqual(10)
  const cells = (streamId: string, perSecond: number) =>
    framesOf(streamId).map(frame => Math.floor((Date.parse(frame.attributes.capturedAt) * perSecond) / 1000))
  for (const [streamId, perSecond] of [
    [slow, 1],
    [fast, 5],
  ] as const) {
    const own = cells(streamId, perSecond)
    expect(new Set(own).size).toBe(own.length)
  }
})

test('a video with B-frames is refused with the reason, and re-encoded where the camera is configured so', async () => {
  const control = new ControlInMemory()
  const { address } = await camera({ file: originalFilm('franck') })
  const node = await startNode({ control })
  const refused = want(control, { source: address })
  const reencoded = want(control, { source: address, reencode: true })
  expect(await phaseOf(node, refused, 'FAILED')).toMatchObject({ reason: 'B_FRAMES' })
  await expect
    .poll(() => control.reportsOf(refused), deadline)
    .toMatchObject([{ report: 'failed', reason: 'B_FRAMES' }])
  await moreFrames(reencoded)
  expect(await phaseOf(node, reencoded, 'LIVE')).toMatchObject({
    video: { codec: 'H264', profile: 'High', reencoded: true },
  })
  expect(framesOf(refused)).toEqual([])
})

test('a wrong password fails, and is not tried again', async () => {
  const control = new ControlInMemory()
  const { address } = await camera({ username: 'admin', password: 'right' })
  const node = await startNode({ control })
  const streamId = want(control, { source: address.replace('right', 'wrong') })
  expect(await phaseOf(node, streamId, 'FAILED')).toMatchObject({ reason: 'UNAUTHORIZED' })
  // It stays claimed, so that nobody else tries in vain either.
  const renewals = control.renewals.length
  await expect.poll(() => control.renewals.length, deadline).toBeGreaterThan(renewals + 1)
})

test('an address outside the allowed networks fails before anything connects to it', async () => {
  const control = new ControlInMemory()
  const { address } = await camera()
  const settings = { allowedCameraNetworks: ['10.0.0.0/8', '127.0.0.1/32'] }
  const resolve = async (host: string) =>
    host === 'several.example' ? ['127.0.0.1', '169.254.169.254'] : ['127.0.0.1']
  const node = await startNode({ control, settings, resolve })
  const direct = want(control, { source: 'rtsp://169.254.169.254/live' })
  const oneOfSeveral = want(control, { source: address.replace('127.0.0.1', 'several.example') })
  const allowed = want(control, { source: address.replace('127.0.0.1', 'camera.example') })
  expect(await phaseOf(node, direct, 'FAILED')).toMatchObject({ reason: 'ADDRESS_NOT_ALLOWED' })
  expect(await phaseOf(node, oneOfSeveral, 'FAILED')).toMatchObject({ reason: 'ADDRESS_NOT_ALLOWED' })
  await phaseOf(node, allowed, 'LIVE')
})

test('a session that is no longer wanted ends, and the API is told', async () => {
  const control = new ControlInMemory()
  const { address } = await camera()
  // So often that some fall between the end of the wish and that of the session: its lease is still held then.
  const node = await startNode({ control, settings: { leaseRenewalMs: 5 } })
  const streamId = want(control, { source: address })
  await moreFrames(streamId, 1)
  control.unwant(streamId)
  await expect.poll(() => node.running(), deadline).toEqual([])
  await expect
    .poll(() => control.reportsOf(streamId).map(({ report }) => report), deadline)
    .toEqual(['live', 'ended'])
})
