import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { cameraFilm, originalFilm } from '@sightline/local/assets'
import { startCamera } from '@sightline/local/cameras'
import { makeTemporaryFolder } from '@sightline/local/temporary-folder'
import { afterAll, expect, onTestFinished, test } from 'vitest'
import { allProcesses, childrenOf, ingestsOf, samplersOf } from '../test/children.ts'
import { ControlInMemory } from '../test/control-in-memory.ts'
import { hangingPrograms, systemsOwn } from '../test/hanging-programs.ts'
import { deadline, phaseOf, useMediaNodes } from '../test/media-node-under-test.ts'

const { startNode, want, framesOf, moreFrames, lines } = await useMediaNodes()
const folder = await makeTemporaryFolder('films')
afterAll(() => folder.remove())

async function camera(options: Partial<Parameters<typeof startCamera>[0]> = {}) {
  const started = await startCamera({ file: cameraFilm('franck'), ...options })
  onTestFinished(() => started.close())
  return started
}

/** A camera that is live on a node, and more frames of which have come. */
async function liveCamera(options: Partial<Parameters<typeof startCamera>[0]> = {}) {
  const control = new ControlInMemory()
  const started = await camera(options)
  const node = await startNode({ control })
  const streamId = want(control, { source: started.address })
  await moreFrames(streamId, 2)
  return { control, camera: started, node, streamId }
}

/** Encodes a film that cameras of its kind send. */
async function film(name: string, codec: string[]): Promise<string> {
  const file = join(folder.path, `${name}.mp4`)
  const input = ['-v', 'error', '-i', cameraFilm('franck'), '-t', '20', '-vf', 'scale=160:128', '-an']
  await promisify(execFile)('ffmpeg', [...input, ...codec, file])
  return file
}

/** Sequences rise and begin with 0, whatever happened in between: it is one epoch. */
function expectOneSequence(streamId: string): void {
  const frames = framesOf(streamId).map(({ attributes }) => attributes)
  expect(new Set(frames.map(({ epoch }) => epoch)).size).toBe(1)
  const sequences = frames.map(({ sequence }) => sequence)
  expect(sequences).toEqual([...new Set(sequences)].sort((a, b) => a - b))
  const times = frames.map(({ capturedAt }) => Date.parse(capturedAt))
  expect(times).toEqual(times.toSorted((a, b) => a - b))
}

test('a camera that is turned off is tried again until it is back, in the same epoch', async () => {
  const { control, camera, node, streamId } = await liveCamera()
  await camera.kill()
  await phaseOf(node, streamId, 'RECONNECTING')
  await camera.restart()
  await phaseOf(node, streamId, 'LIVE')
  await moreFrames(streamId)
  expectOneSequence(streamId)
  const reports = () => control.reportsOf(streamId).map(({ report }) => report)
  await expect.poll(() => reports().at(-1), deadline).toBe('live')
  expect(reports()).toContain('reconnecting')
})

test('a camera that stalls is known to, and its frames come again when it goes on', async () => {
  const { camera, node, streamId } = await liveCamera()
  camera.stall()
  expect(await phaseOf(node, streamId, 'RECONNECTING')).toMatchObject({ reason: 'STALLED' })
  camera.resume()
  await phaseOf(node, streamId, 'LIVE')
  await moreFrames(streamId)
  expectOneSequence(streamId)
})

test('a camera that hangs with its connections open is known to, and comes back', async () => {
  const { camera, node, streamId } = await liveCamera()
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
  const node = await startNode({ control, settings: { camera: { probeMs: 60_000 } } })
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

test('an ingest that dies is started again, a sampler without breaking the session', async () => {
  const { control, node, streamId } = await liveCamera()
  const [sampler] = samplersOf(process.pid)
  process.kill(sampler!.pid, 'SIGKILL')
  await expect.poll(() => samplersOf(process.pid).map(({ pid }) => pid), deadline).not.toContain(sampler!.pid)
  await moreFrames(streamId)
  expect(control.reportsOf(streamId).map(({ report }) => report)).toEqual(['live'])

  const [ingest] = ingestsOf(process.pid)
  process.kill(ingest!.pid, 'SIGKILL')
  await expect
    .poll(() => control.reportsOf(streamId), deadline)
    .toContainEqual(expect.objectContaining({ reason: 'INGEST_DIED' }))
  await phaseOf(node, streamId, 'LIVE')
  await moreFrames(streamId)
  expectOneSequence(streamId)
})

test('a sampler that hangs is replaced while the video passes', async () => {
  const control = new ControlInMemory()
  const { address } = await camera()
  const node = await startNode({ control })
  const streamId = want(control, { source: address })
  await moreFrames(streamId, 6)
  const [sampler] = samplersOf(process.pid)
  process.kill(sampler!.pid, 'SIGSTOP')
  await expect.poll(() => samplersOf(process.pid).map(({ pid }) => pid), deadline).not.toContain(sampler!.pid)
  await moreFrames(streamId)
  expect(await phaseOf(node, streamId, 'LIVE')).toBeDefined()
})

test('a media worker that dies is replaced and its sessions go on in it', async () => {
  const { control, node, streamId } = await liveCamera()
  const pid = node.mediaWorkerPid()
  process.kill(pid!, 'SIGKILL')
  await expect
    .poll(() => control.reportsOf(streamId), deadline)
    .toContainEqual(expect.objectContaining({ reason: 'MEDIA_WORKER_DIED' }))
  await phaseOf(node, streamId, 'LIVE')
  await moreFrames(streamId)
  expect(node.mediaWorkerPid()).not.toBe(pid)
  expectOneSequence(streamId)
})

test('the password is in no command line, no log and no report', async () => {
  const password = 'planted-9f3c17'
  const control = new ControlInMemory()
  const seen: string[] = []
  const watch = setInterval(() => {
    for (const { commandLine } of allProcesses()) if (commandLine.includes(password)) seen.push(commandLine)
  }, 20)
  onTestFinished(() => clearInterval(watch))
  const { address } = await camera({ username: 'admin', password })
  const node = await startNode({ control })
  const wrong = `${password}-wrong`
  const good = want(control, { source: address })
  const refused = want(control, { source: address.replace(password, wrong) })
  const absent = want(control, { source: `rtsp://admin:${password}@127.0.0.1:1/live` })
  const missing = want(control, { source: `${address}/nothing-${password}` })
  await moreFrames(good)
  await phaseOf(node, refused, 'FAILED')
  expect(await phaseOf(node, absent, 'RECONNECTING')).toMatchObject({ reason: 'REFUSED' })
  expect(await phaseOf(node, missing, 'RECONNECTING')).toMatchObject({ reason: 'REFUSED' })
  process.kill(ingestsOf(process.pid)[0]!.pid, 'SIGKILL')
  await moreFrames(good)
  expect(seen).toEqual([])
  expect(lines.filter(line => line.includes(password))).toEqual([])
  expect(JSON.stringify(control.reports)).not.toContain(password)
})

test('a node that is closed leaves no process behind, and lets its sessions go', async () => {
  const { control, node, streamId } = await liveCamera()
  expect(childrenOf(process.pid).length).toBeGreaterThanOrEqual(3)
  await node.close()
  expect(childrenOf(process.pid)).toEqual([])
  expect(control.reportsOf(streamId).at(-1)).toEqual({ report: 'ended' })
  expect(control.claimOf(streamId)).toBeNull()
})
