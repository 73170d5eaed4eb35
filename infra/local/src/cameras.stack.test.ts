import { execFile, spawn } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { cameraFilm } from './assets.ts'
import { startCamera } from './cameras.ts'
import { makeTemporaryFolder, type TemporaryFolder } from './temporary-folder.ts'

const run = promisify(execFile)
const filmLength = 2

let folder: TemporaryFolder
let file: string
beforeAll(async () => {
  folder = await makeTemporaryFolder('film')
  file = join(folder.path, 'short.mp4')
  const cut = ['-t', String(filmLength), '-c', 'copy', file]
  await run('ffmpeg', ['-v', 'error', '-i', cameraFilm('franck'), ...cut])
})
afterAll(() => folder?.remove())

type Packet = { pts: number; dts: number; isKey: boolean }

/** Looks at a camera with ffmpeg and gives what comes, packet by packet, in seconds since the first. */
function look(address: string, transport: 'tcp' | 'udp' = 'tcp') {
  // Looks at the stream's beginning for 0.2 s, not for seconds.
  const args = ['-v', 'error', '-analyzeduration', '200000', '-rtsp_transport', transport, '-i', address]
  const format = ['-map', '0:v', '-c', 'copy', '-f', 'framecrc', '-flush_packets', '1', '-']
  const viewer = spawn('ffmpeg', [...args, ...format], { stdio: ['ignore', 'pipe', 'pipe'] })
  const packets: Packet[] = []
  const waiting = new Set<() => void>()
  let errors = ''
  let timeBase = 1
  const wake = () => {
    for (const check of waiting) check()
  }
  viewer.stderr.on('data', (chunk: Buffer) => {
    errors += chunk.toString()
  })
  const ended = new Promise<void>(resolve => viewer.once('close', () => resolve()))
  createInterface(viewer.stdout).on('line', line => {
    const base = /^#tb 0: (\d+)\/(\d+)/.exec(line)
    if (base) timeBase = Number(base[1]) / Number(base[2])
    if (line.startsWith('#')) return
    const [, dts, pts, , , , flags] = line.split(',').map(field => field.trim())
    packets.push({ pts: Number(pts) * timeBase, dts: Number(dts) * timeBase, isKey: flags !== 'F=0x0' })
    wake()
  })
  return {
    packets,
    ended,
    errors: () => errors,
    /** Resolves when as many packets have come; fails when the viewer ends before. */
    async until(count: number): Promise<void> {
      await Promise.race([
        new Promise<void>(resolve => {
          const check = () => packets.length >= count && resolve()
          waiting.add(check)
          check()
        }),
        ended.then(() => {
          throw new Error(`the viewer ended after ${packets.length} packets: ${errors}`)
        }),
      ])
    },
    async [Symbol.asyncDispose]() {
      viewer.kill('SIGKILL')
      await ended
    },
  }
}

/** The seconds from each packet to the next. ffmpeg knows no time for the very first packet. */
function stepsBetween(packets: readonly Packet[]): number[] {
  return packets.slice(2).map(({ dts }, index) => dts - packets[index + 1]!.dts)
}

test('a film is played over and over, its timestamps go on rising and every second has a key frame', async () => {
  await using camera = await startCamera({ file })
  await using viewer = look(camera.address)
  // 24 frames a second: more than two rounds of the film.
  await viewer.until(24 * (2 * filmLength + 1))
  const steps = stepsBetween(viewer.packets)
  expect(Math.min(...steps)).toBeGreaterThan(0)
  expect(Math.max(...steps)).toBeLessThan(0.5)
  expect(viewer.packets.filter(packet => packet.isKey).length).toBeGreaterThanOrEqual(2 * filmLength)
  expect(viewer.errors()).toBe('')
})

test('several viewers share one film, over TCP and UDP', async () => {
  await using camera = await startCamera({ file })
  await using first = look(camera.address)
  await first.until(1)
  await using second = look(camera.address, 'udp')
  await Promise.all([first.until(24), second.until(24)])
})

for (const auth of ['basic', 'digest'] as const) {
  test(`a camera with ${auth} authentication lets in only who knows the password`, async () => {
    const password = 'p@ss/w:rd'
    await using camera = await startCamera({ file, username: 'viewer', password, auth })
    expect(camera.address).toContain('viewer:p%40ss%2Fw%3Ard@')
    await using viewer = look(camera.address)
    await viewer.until(5)
    for (const address of [camera.addressWithoutCredentials, camera.address.replace('p%40ss', 'guess')]) {
      await using stranger = look(address)
      await stranger.ended
      expect(stranger.errors()).toContain('401 Unauthorized')
      expect(stranger.packets).toEqual([])
    }
  })
}

test('a stalled camera sends nothing on a connection that stays, and then goes on', async () => {
  await using camera = await startCamera({ file })
  await using viewer = look(camera.address)
  await viewer.until(10)
  camera.stall()
  await expect.poll(() => readFile(camera.logFile, 'utf8')).toContain('{"obeyed": "stall"}')
  const stalledAt = await quietCount(viewer.packets)
  camera.resume()
  await viewer.until(stalledAt + 10)
  // The pause is in the timestamps: what was to be seen meanwhile is gone.
  expect(Math.max(...stepsBetween(viewer.packets))).toBeGreaterThan(0.4)
})

/** Waits until no packet has come for half a second; gives how many there are. */
async function quietCount(packets: readonly unknown[]): Promise<number> {
  let count = -1
  while (count !== packets.length) {
    count = packets.length
    await new Promise(resolve => setTimeout(resolve, 500))
  }
  return count
}

test('a camera that was turned off or whose plug was pulled comes back at the same address', async () => {
  await using camera = await startCamera({ file })
  for (const end of ['stop', 'kill'] as const) {
    await using viewer = look(camera.address)
    await viewer.until(3)
    await camera[end]()
    await viewer.ended
    await camera.restart()
    await using again = look(camera.address)
    await again.until(3)
  }
})

test('a file that is no film is refused by name', async () => {
  const noFilm = new URL(import.meta.url).pathname
  await expect(startCamera({ file: noFilm })).rejects.toThrow('camera ended before it was ready')
})
