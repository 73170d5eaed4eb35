import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { cameraFilm, originalFilm } from '@sightline/local/assets'
import { makeTemporaryFolder } from '@sightline/local/temporary-folder'
import { afterAll, expect, onTestFinished, test } from 'vitest'
import { ControlInMemory } from '../test/control-in-memory.ts'
import { hangingPrograms, systemsOwn } from '../test/hanging-programs.ts'
import { camera, expectOneSequence, makeLive } from '../test/live-camera.ts'
import { deadline, phaseOf, useMediaNodes } from '../test/media-node-under-test.ts'

const mediaNodes = await useMediaNodes()
const { startNode, want, framesOf, moreFrames } = mediaNodes
const folder = await makeTemporaryFolder('films')
afterAll(() => folder.remove())

/** Encodes a film that cameras of its kind send. */
async function film(name: string, codec: string[]): Promise<string> {
  const file = join(folder.path, `${name}.mp4`)
  const input = ['-v', 'error', '-i', cameraFilm('franck'), '-t', '20', '-vf', 'scale=160:128', '-an']
  await promisify(execFile)('ffmpeg', [...input, ...codec, file])
  return file
}

test('a camera that is turned off is tried again until it is back, in the same epoch', async () => {
  const { control, camera, node, streamId } = await makeLive(mediaNodes)
  await camera.kill()
  await phaseOf(node, streamId, 'RECONNECTING')
  await camera.restart()
  await phaseOf(node, streamId, 'LIVE')
  await moreFrames(streamId)
  expectOneSequence(framesOf(streamId))
  const reports = () => control.reportsOf(streamId).map(({ report }) => report)
  await expect.poll(() => reports().at(-1), deadline).toBe('live')
  expect(reports()).toContain('reconnecting')
})

test('a camera that stalls is known to, and its frames come again when it goes on', async () => {
  const { camera, node, streamId } = await makeLive(mediaNodes, { stallMs: 4000 })
  camera.stall()
  expect(await phaseOf(node, streamId, 'RECONNECTING')).toMatchObject({ reason: 'STALLED' })
  camera.resume()
  await phaseOf(node, streamId, 'LIVE')
  await moreFrames(streamId)
  expectOneSequence(framesOf(streamId))
})

test('a camera that hangs with its connections open is known to, and comes back', async () => {
  const { camera, node, streamId } = await makeLive(mediaNodes, { stallMs: 4000 })
  camera.hang()
  await phaseOf(node, streamId, 'RECONNECTING')
  camera.goOn()
  await phaseOf(node, streamId, 'LIVE')
  await moreFrames(streamId)
})

test('a camera that is away from the start is reported so, and taken when it comes', async () => {
  const control = new ControlInMemory()
  const started = await camera()
  await started.kill()
  const node = await startNode({ control })
  const streamId = want(control, { source: started.address })
  expect(await phaseOf(node, streamId, 'RECONNECTING')).toMatchObject({ reason: 'REFUSED' })
  await expect.poll(() => control.reportsOf(streamId)[0], deadline).toMatchObject({ report: 'reconnecting' })
  await started.restart()
  await moreFrames(streamId)
})

test('a video with one key frame only is no live video', async () => {
  const file = await film('one-key-frame', [
    '-c:v',
    'libx264',
    '-preset',
    'ultrafast',
    '-bf',
    '0',
    '-g',
    '10000',
  ])
  const control = new ControlInMemory()
  const { address } = await camera({ file })
  const node = await startNode({ control, settings: { camera: { assumedKeyFrameDistanceMs: 500 } } })
  const streamId = want(control, { source: address })
  await expect
    .poll(() => control.reportsOf(streamId), deadline)
    .toContainEqual(expect.objectContaining({ report: 'reconnecting', reason: 'NO_KEY_FRAMES' }))
  expect(node.running()).toHaveLength(1)
})

test('a video of pictures beyond 8K is never decoded, and says so', async () => {
  const file = await film('beyond-8k', [
    ...['-vf', 'scale=9000:6000', '-frames:v', '3'],
    ...['-c:v', 'libx264', '-preset', 'ultrafast', '-tune', 'zerolatency', '-bf', '0'],
  ])
  const control = new ControlInMemory()
  const { address } = await camera({ file })
  const node = await startNode({ control })
  const streamId = want(control, { source: address, reencode: true })
  expect(await phaseOf(node, streamId, 'RECONNECTING')).toMatchObject({
    reason: 'NO_KEY_FRAMES',
    detail: expect.stringContaining('beyond 8K'),
  })
})

test('a codec that browsers do not play is refused, and re-encoded where the camera is configured so', async () => {
  const file = await film('mpeg4', ['-c:v', 'mpeg4', '-g', '24'])
  const control = new ControlInMemory()
  const { address } = await camera({ file })
  const node = await startNode({ control })
  const refused = want(control, { source: address })
  const reencoded = want(control, { source: address, reencode: true })
  expect(await phaseOf(node, refused, 'FAILED')).toMatchObject({ reason: 'CODEC_NOT_SUPPORTED' })
  await moreFrames(reencoded)
  expect(await phaseOf(node, reencoded, 'LIVE')).toMatchObject({ video: { codec: 'H264', reencoded: true } })
})

test('B-frames that ffprobe did not see end the session with the reason as soon as they flow', async () => {
  // As of a camera that begins with them after ffprobe has looked.
  const blind = `${systemsOwn('ffprobe')} "$@" | sed 's/"has_b_frames": [0-9]*/"has_b_frames": 0/'\n`
  const programs = await hangingPrograms({ ffprobe: blind })
  onTestFinished(() => programs.remove())
  const control = new ControlInMemory()
  const { address } = await camera({ file: originalFilm('franck') })
  const node = await startNode({ control, settings: { programPath: programs.path } })
  const streamId = want(control, { source: address })
  expect(await phaseOf(node, streamId, 'FAILED')).toMatchObject({ reason: 'B_FRAMES' })
  await expect
    .poll(() => control.reportsOf(streamId).at(-1), deadline)
    .toMatchObject({ report: 'failed', reason: 'B_FRAMES' })
})
