import { readFile, writeFile } from 'node:fs/promises'
import { createServer, type Socket } from 'node:net'
import { cameraFilm } from '@sightline/local/assets'
import { startCamera } from '@sightline/local/cameras'
import { workerBin } from 'mediasoup'
import { expect, onTestFinished, test } from 'vitest'
import { allProcesses, childrenOf } from '../test/children.ts'
import { ControlInMemory } from '../test/control-in-memory.ts'
import { deaf, hangingPrograms, systemsOwn, withLeftover } from '../test/hanging-programs.ts'
import { deadline, gone, phaseOf, useMediaNodes } from '../test/media-node-under-test.ts'

const { makeNode, startNode, want, moreFrames } = await useMediaNodes()

async function camera() {
  const started = await startCamera({ file: cameraFilm('franck') })
  onTestFinished(() => started.close())
  return started
}

/** What the test's own processes hang with, by the file that they run; whatever is left of it ends with the test. */
async function programs(scripts: Record<string, string>) {
  const made = await hangingPrograms(scripts)
  onTestFinished(() => made.remove())
  return made
}

const running = (words: string) => allProcesses().filter(({ commandLine }) => commandLine.includes(words))

test('a camera that accepts and says nothing delays no end', async () => {
  const sockets: Socket[] = []
  const server = createServer(socket => sockets.push(socket)).listen(0, '127.0.0.1')
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  await expect.poll(() => server.address()).toBeTruthy()
  const { port } = server.address() as { port: number }
  const control = new ControlInMemory()
  const node = await startNode({ control })
  const streamId = want(control, { source: `rtsp://127.0.0.1:${port}/live` })
  await expect.poll(() => sockets.length, deadline).toBeGreaterThan(0)
  await node.close()
  await expect.poll(() => childrenOf(process.pid), gone).toEqual([])
  expect(control.reportsOf(streamId).at(-1)).toEqual({ report: 'ended' })
})

test('an ffprobe that does not end, and whose child holds its pipes, is left behind', async () => {
  const { path: programPath, folder } = await programs({ ffprobe: deaf })
  const control = new ControlInMemory()
  const node = await startNode({ control, settings: { programPath } })
  want(control, { source: 'rtsp://127.0.0.1:1/live' })
  await expect.poll(() => running(`${folder}/ffprobe`).length, deadline).toBeGreaterThan(0)
  await node.close()
  await expect.poll(() => running(`${folder}/ffprobe`), gone).toEqual([])
})

test('an ffmpeg that does not end, and whose child holds its pipes, is left behind', async () => {
  const { path: programPath, folder } = await programs({ ffmpeg: deaf })
  const control = new ControlInMemory()
  const { address } = await camera()
  const node = await startNode({ control, settings: { programPath } })
  want(control, { source: address })
  // The sampler and the ingest.
  const ours = () => running(`${folder}/ffmpeg`)
  await expect.poll(() => ours().length, deadline).toBeGreaterThanOrEqual(2)
  await node.close()
  await expect.poll(ours, gone).toEqual([])
})

test('a live session ends although something else holds the pipes of its processes', async () => {
  const { path: programPath } = await programs({
    ffmpeg: withLeftover('ffmpeg'),
    ffprobe: withLeftover('ffprobe'),
  })
  const control = new ControlInMemory()
  const { address } = await camera()
  const node = await startNode({ control, settings: { programPath } })
  const streamId = want(control, { source: address })
  await moreFrames(streamId)
  await node.close()
  await expect.poll(() => childrenOf(process.pid), gone).toEqual([])
  expect(control.reportsOf(streamId).at(-1)).toEqual({ report: 'ended' })
})

test('a media worker that hangs delays no end', async () => {
  const control = new ControlInMemory()
  const { address } = await camera()
  const node = await startNode({ control })
  const streamId = want(control, { source: address })
  await moreFrames(streamId)
  const pid = node.mediaWorkerPid() as number
  process.kill(pid, 'SIGSTOP')
  await node.close()
  await expect.poll(() => allProcesses().filter(process => process.pid === pid), gone).toEqual([])
  expect(control.reportsOf(streamId).at(-1)).toEqual({ report: 'ended' })
})

test('a media worker that hangs is replaced, and its sessions go on in the next', async () => {
  const control = new ControlInMemory()
  const { address } = await camera()
  const node = await startNode({ control })
  const streamId = want(control, { source: address })
  await moreFrames(streamId)
  const pid = node.mediaWorkerPid() as number
  process.kill(pid, 'SIGSTOP')
  await expect
    .poll(() => control.reportsOf(streamId), deadline)
    .toContainEqual(expect.objectContaining({ reason: 'MEDIA_WORKER_DIED' }))
  await phaseOf(node, streamId, 'LIVE')
  await moreFrames(streamId)
  expect(node.mediaWorkerPid()).not.toBe(pid)
})

test('a media worker that never gets ready delays no end', async () => {
  // Another length than that of what the other programs leave behind.
  const { folder } = await programs({ 'media-worker': 'exec sleep 301\n' })
  const control = new ControlInMemory()
  const node = makeNode({ control, settings: { workerBinary: `${folder}/media-worker` } })
  const started = node.start()
  await expect.poll(() => running('sleep 301').length, deadline).toBe(1)
  await node.close()
  await started
  for (const { pid } of running('sleep 301')) process.kill(pid, 'SIGKILL')
})

test('a media worker that can not be started again delays no end', async () => {
  const control = new ControlInMemory()
  const { address } = await camera()
  const { path: programPath, folder } = await programs({
    'media-worker': `exec ${workerBin} "$@"\n`,
    ffprobe: `echo >> "$(dirname "$0")/looks"\nexec ${systemsOwn('ffprobe')} "$@"\n`,
  })
  const looks = async () => (await readFile(`${folder}/looks`, 'utf8')).length
  const workerBinary = `${folder}/media-worker`
  const node = await startNode({ control, settings: { programPath, workerBinary } })
  const streamId = want(control, { source: address })
  await moreFrames(streamId)
  const before = await looks()
  await writeFile(workerBinary, '#!/bin/sh\nexit 1\n')
  process.kill(node.mediaWorkerPid() as number, 'SIGKILL')
  await expect
    .poll(() => control.reportsOf(streamId), deadline)
    .toContainEqual(expect.objectContaining({ reason: 'MEDIA_WORKER_DIED' }))
  // The next attempt has looked at the camera and waits for a worker.
  await expect.poll(looks, deadline).toBeGreaterThan(before)
  const looking = () => childrenOf(process.pid).filter(({ commandLine }) => commandLine.includes('ffprobe'))
  await expect.poll(looking, deadline).toEqual([])
  await node.close()
  await expect.poll(() => childrenOf(process.pid), gone).toEqual([])
})

test('a name server that does not answer delays no end', async () => {
  const control = new ControlInMemory()
  const asked: string[] = []
  const resolve = (host: string) => {
    asked.push(host)
    return new Promise<string[]>(() => {})
  }
  const node = await startNode({ control, resolve })
  const streamId = want(control, { source: 'rtsp://camera.example/live' })
  await expect.poll(() => asked, deadline).toEqual(['camera.example'])
  await node.close()
  expect(control.reportsOf(streamId)).toEqual([{ report: 'ended' }])
})

test('an API that does not answer delays no end', async () => {
  const control = new ControlInMemory()
  const { address } = await camera()
  const node = await startNode({ control, settings: { farewellMs: 3000 } })
  const streamId = want(control, { source: address })
  await expect.poll(() => control.reportsOf(streamId).length, deadline).toBe(1)
  control.answering = false
  await node.close()
  await expect.poll(() => childrenOf(process.pid), gone).toEqual([])
})
