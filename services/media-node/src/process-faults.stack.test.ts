import { expect, onTestFinished, test } from 'vitest'
import { allProcesses, childrenOf, ingestsOf, samplersOf } from '../test/children.ts'
import { ControlInMemory } from '../test/control-in-memory.ts'
import { camera, expectOneSequence, makeLive } from '../test/live-camera.ts'
import { deadline, gone, phaseOf, useMediaNodes } from '../test/media-node-under-test.ts'

const mediaNodes = await useMediaNodes()
const { startNode, want, framesOf, moreFrames, lines } = mediaNodes

test('an ingest that dies is started again, a sampler without breaking the session', async () => {
  const { control, node, streamId } = await makeLive(mediaNodes)
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
  expectOneSequence(framesOf(streamId))
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

test('frames that come close behind each other leave the sampler running', async () => {
  const control = new ControlInMemory()
  const { address } = await camera()
  await startNode({ control })
  // More than the camera sends: every frame is taken, however soon after the one before it comes.
  const streamId = want(control, { source: address, framesPerSecond: 100 })
  await moreFrames(streamId)
  const samplers = samplersOf(process.pid)
  expect(samplers).toHaveLength(1)
  await moreFrames(streamId, 100)
  expect(samplersOf(process.pid)).toEqual(samplers)
  // However long this process stands still, with frames in both of the sampler's pipes.
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1500)
  await moreFrames(streamId, 100)
  expect(samplersOf(process.pid)).toEqual(samplers)
})

test('a media worker that dies is replaced and its sessions go on in it', async () => {
  const { control, node, streamId } = await makeLive(mediaNodes)
  const pid = node.mediaWorkerPid()
  process.kill(pid!, 'SIGKILL')
  await expect
    .poll(() => control.reportsOf(streamId), deadline)
    .toContainEqual(expect.objectContaining({ reason: 'MEDIA_WORKER_DIED' }))
  await phaseOf(node, streamId, 'LIVE')
  await moreFrames(streamId)
  expect(node.mediaWorkerPid()).not.toBe(pid)
  expectOneSequence(framesOf(streamId))
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
  const { control, node, streamId } = await makeLive(mediaNodes)
  expect(childrenOf(process.pid).length).toBeGreaterThanOrEqual(3)
  await node.close()
  await expect.poll(() => childrenOf(process.pid), gone).toEqual([])
  expect(control.reportsOf(streamId).at(-1)).toEqual({ report: 'ended' })
  expect(control.claimOf(streamId)).toBeNull()
})
