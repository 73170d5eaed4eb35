import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { cameraFilm } from '@sightline/local/assets'
import { startCamera } from '@sightline/local/cameras'
import { afterAll, expect, onTestFinished, test } from 'vitest'
import { allProcesses, childrenOf } from '../test/children.ts'
import { ControlInMemory } from '../test/control-in-memory.ts'
import { deadline, useMediaNodes } from '../test/media-node-under-test.ts'

const { startNode, want, framesOf, moreFrames } = await useMediaNodes()
const camera = await startCamera({ file: cameraFilm('franck') })
afterAll(() => camera.close())

const epochsOf = (streamId: string) => [
  ...new Set(framesOf(streamId).map(({ attributes }) => attributes.epoch)),
]

test('of two nodes that claim at once one has the session, and the other takes over when it leaves', async () => {
  const control = new ControlInMemory()
  const nodes = await Promise.all([startNode({ control }), startNode({ control })])
  const streamId = want(control, { source: camera.address })
  await moreFrames(streamId)
  const [holder, ...others] = nodes.filter(node => node.running().length > 0)
  expect(others).toEqual([])
  await holder!.close()
  await expect.poll(() => epochsOf(streamId).length, deadline).toBe(2)
  const [first, second] = epochsOf(streamId)
  expect(second).toBeGreaterThan(first!)
})

test('while the API is away frames go on, and what happened meanwhile is told when it is back', async () => {
  const control = new ControlInMemory()
  const own = await startCamera({ file: cameraFilm('franck') })
  onTestFinished(() => own.close())
  await startNode({ control })
  const streamId = want(control, { source: own.address })
  await expect.poll(() => control.reportsOf(streamId).length, deadline).toBe(1)
  control.reachable = false
  await moreFrames(streamId)
  await own.kill()
  // Nothing can be told; how long the camera is away does not matter either.
  await own.restart()
  await moreFrames(streamId)
  control.comeBack()
  await expect.poll(() => control.reportsOf(streamId).at(-1)?.report, deadline).toBe('live')
  await moreFrames(streamId)
  expect(epochsOf(streamId)).toHaveLength(1)
})

test('a node whose epoch is stale stops at once and says nothing; claimed again, its frames count from 0', async () => {
  const control = new ControlInMemory()
  await startNode({ control })
  const streamId = want(control, { source: camera.address })
  await moreFrames(streamId)
  const { epoch } = control.claimOf(streamId)!
  const before = control.reports.length
  // As a sweeper does for a node that slept; the node learns it from the answer to its next renewal.
  control.loseNode(streamId, true)
  control.comeBack()
  await expect.poll(() => control.claimOf(streamId)?.epoch ?? 0, deadline).toBeGreaterThan(epoch)
  await expect.poll(() => epochsOf(streamId).length, deadline).toBe(2)
  const [, next] = epochsOf(streamId)
  const frames = framesOf(streamId).map(({ attributes }) => attributes)
  expect(frames.find(frame => frame.epoch === next)!.sequence).toBe(0)
  // No frame of the old epoch came once the new one had begun.
  const begun = frames.findIndex(frame => frame.epoch === next)
  expect(frames.slice(begun).every(frame => frame.epoch === next)).toBe(true)
  expect(control.reports.slice(before).every(report => report.epoch !== epoch)).toBe(true)
})

test('a session that another node took over is dropped without a word', async () => {
  const control = new ControlInMemory()
  const node = await startNode({ control, settings: { leaseRenewalMs: 60_000 } })
  const streamId = want(control, { source: camera.address })
  await moreFrames(streamId)
  await expect.poll(() => control.reportsOf(streamId).length, deadline).toBe(1)
  control.loseNode(streamId, true)
  const another = control.clientOf(randomUUID())
  const claimed = await another.claimStream({ tenantId: '', cameraId: '', streamId }, randomUUID())
  expect(claimed.outcome).toBe('accepted')
  await expect.poll(() => node.running(), deadline).toEqual([])
  expect(control.reportsOf(streamId)).toHaveLength(1)
})

test('a node that is started anew under its old name takes a new epoch of what it held', async () => {
  const control = new ControlInMemory()
  const nodeId = randomUUID()
  const streamId = want(control, { source: camera.address })
  const before = await control
    .clientOf(nodeId)
    .claimStream({ tenantId: '', cameraId: '', streamId }, randomUUID())
  if (before.outcome !== 'accepted') throw new Error('not claimed')
  await startNode({ control, nodeId })
  await moreFrames(streamId)
  expect(epochsOf(streamId)).toEqual([control.claimOf(streamId)!.epoch])
  expect(control.claimOf(streamId)!.epoch).toBeGreaterThan(before.epoch)
})

test('nothing that a node started outlives its kill', async () => {
  const program = fileURLToPath(new URL('../test/killed-node.ts', import.meta.url))
  const node = spawn(process.execPath, [program], { stdio: ['pipe', 'pipe', 'inherit'] })
  onTestFinished(() => void node.kill('SIGKILL'))
  node.stdin.end(camera.address)
  await once(node.stdout, 'data')
  const children = childrenOf(node.pid!).map(({ pid }) => pid)
  expect(children.length).toBeGreaterThanOrEqual(3)
  node.kill('SIGKILL')
  await expect.poll(() => allProcesses().filter(({ pid }) => children.includes(pid)), deadline).toEqual([])
})
